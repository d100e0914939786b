using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EventTracking.Testing.Files;

namespace EventTracking.Testing.Deployment;

/// <summary>
/// <c>serverless.template</c> with its parameters filled in. A table, queue, function or log group goes by its name,
/// a bucket by one as CloudFormation makes it up, anything else by its logical one; an attribute is <c>{reference}.{attribute}</c>.
/// </summary>
internal sealed partial class Template
{
    /// <summary>What has no default, and an AWS account's own.</summary>
    private static readonly Dictionary<string, JsonNode> Samples = new()
    {
        ["AWS::StackName"] = "shop",
        ["AWS::Region"] = "eu-west-1",
        ["AWS::AccountId"] = "123456789012",
        ["AWS::Partition"] = "aws",
        ["AWS::URLSuffix"] = "amazonaws.com",
        ["ShopifyShopDomain"] = "example.myshopify.com",
        ["ShopifyLocationId"] = 24826418,
        ["BrightpearlAccount"] = "example",
        ["BrightpearlBaseAddress"] = "https://euw1.brightpearlconnect.com/",
        ["BrightpearlAppRef"] = "example_app",
    };

    private static readonly string[] Names = ["TableName", "QueueName", "FunctionName", "LogGroupName", "DashboardName"];

    private readonly JsonObject text;
    private readonly Dictionary<string, JsonNode> parameters;

    public Template(params (string Parameter, JsonNode Value)[] chosen)
        : this(File.ReadAllText(Repository.PathOf("serverless.template")), chosen)
    {
    }

    public Template(string template, params (string Parameter, JsonNode Value)[] chosen)
    {
        text = JsonNode.Parse(template)!.AsObject();
        parameters = new(Samples);
        foreach (var (name, declared) in Parameters)
        {
            if (declared["Default"] is { } value)
            {
                parameters.TryAdd(name, value);
            }
        }

        foreach (var (name, value) in chosen)
        {
            parameters[name] = value;
        }

        Resources = text[nameof(Resources)]!.AsObject()
            .Where(resource => resource.Value!["Condition"] is not { } condition || Holds((string)condition!))
            .Select(resource => new TemplateResource(resource.Key, Refer(resource.Key).ToString(), (string)resource.Value!["Type"]!, resource.Value.AsObject(), Fill(resource.Value["Properties"])!.AsObject()))
            .ToList();
    }

    public IEnumerable<KeyValuePair<string, JsonObject>> Parameters => text[nameof(Parameters)]!.AsObject().Select(parameter => KeyValuePair.Create(parameter.Key, parameter.Value!.AsObject()));

    /// <summary>Those whose conditions hold.</summary>
    public IReadOnlyList<TemplateResource> Resources { get; }

    /// <summary>What all functions have in common.</summary>
    public JsonObject Function => Fill(text["Globals"]![nameof(Function)])!.AsObject();

    /// <summary>The functions' environment variables, as the configuration knows them.</summary>
    public Dictionary<string, string?> Settings => Function["Environment"]!["Variables"]!.AsObject()
        .ToDictionary(variable => variable.Key.Replace("__", ":", StringComparison.Ordinal), variable => (string?)variable.Value!.ToString());

    public Dictionary<string, string> Outputs => text[nameof(Outputs)]!.AsObject()
        .Where(output => output.Value!["Condition"] is not { } condition || Holds((string)condition!))
        .ToDictionary(output => output.Key, output => (string)Fill(output.Value!["Value"])!);

    /// <summary>What the function of this name may do, without the stack's name in front.</summary>
    public IEnumerable<TemplateRight> RightsOf(string function)
    {
        var role = (string)Of("AWS::Serverless::Function").Single(candidate => candidate.Name == $"{parameters["AWS::StackName"]}-{function}").Properties["Role"]!;
        return TemplateRight.Of(Resources.Single(resource => $"{resource.Id}.Arn" == role));
    }

    public IEnumerable<TemplateResource> Of(string type) => Resources.Where(resource => resource.Type == type);

    private bool Holds(string condition) => Evaluate(text["Conditions"]![condition]!);

    private bool Evaluate(JsonNode condition)
    {
        var (name, value) = condition.AsObject().Single();
        return name switch
        {
            "Condition" => Holds((string)value!),
            "Fn::Equals" => Fill(value![0])!.ToString() == Fill(value[1])!.ToString(),
            "Fn::Not" => !Evaluate(value![0]!),
            "Fn::And" => value!.AsArray().All(each => Evaluate(each!)),
            "Fn::Or" => value!.AsArray().Any(each => Evaluate(each!)),
            _ => throw new InvalidOperationException($"Unknown condition {name}"),
        };
    }

    /// <summary>Null for what is left out by a condition.</summary>
    private JsonNode? Fill(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject { Count: 1 } single when single.Single() is { Value: { } value } intrinsic && (intrinsic.Key == "Ref" || intrinsic.Key.StartsWith("Fn::", StringComparison.Ordinal)):
                return intrinsic.Key switch
                {
                    "Ref" => (string)value! == "AWS::NoValue" ? null : Refer((string)value!).DeepClone(),
                    "Fn::GetAtt" => Attribute((string)value[0]!, (string)value[1]!),
                    "Fn::Sub" => Reference().Replace((string)value!, match => match.Groups[2] is { Success: true, Value: var attribute } ? Attribute(match.Groups[1].Value, attribute) : Refer(match.Groups[1].Value).ToString()),
                    "Fn::If" => Fill(Holds((string)value[0]!) ? value[1] : value[2]),
                    "Fn::Join" => string.Join((string)value[0]!, Fill(value[1])!.AsArray().Select(part => part!.ToString())),
                    var name => throw new InvalidOperationException($"Unknown function {name}"),
                };
            case JsonObject members:
                return new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Fill(member.Value))).Where(member => member.Value is not null));
            case JsonArray items:
                return new JsonArray([.. items.Select(Fill).Where(item => item is not null)]);
            default:
                return node?.DeepClone();
        }
    }

    private JsonNode Refer(string name)
    {
        if (parameters.TryGetValue(name, out var value))
        {
            return value;
        }

        var resource = text[nameof(Resources)]![name] ?? throw new InvalidOperationException($"Nothing is called {name}");
        return Names.Select(own => resource["Properties"]![own]).FirstOrDefault(own => own is not null) is { } named ? Fill(named)!
            : (string)resource["Type"]! == "AWS::S3::Bucket" ? $"{parameters["AWS::StackName"]}-{name}".ToLowerInvariant()
            : name;
    }

    private string Attribute(string name, string attribute) => attribute == "QueueName" ? Refer(name).ToString() : $"{Refer(name)}.{attribute}";

    [GeneratedRegex(@"\$\{([A-Za-z0-9:]+)(?:\.([A-Za-z.]+))?\}")]
    private static partial Regex Reference();
}

/// <summary>A resource, as it is written and with everything filled in.</summary>
internal sealed record TemplateResource(string Id, string Name, string Type, JsonObject Text, JsonObject Properties);
