using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EventTracking.Testing.Files;

namespace EventTracking.Testing.Deployment;

/// <summary>
/// <c>serverless.template</c> with its parameters filled in. A table, queue, function or log group is referred to by its name,
/// a bucket by a name as CloudFormation generates it, anything else by its logical name; an attribute is <c>{reference}.{attribute}</c>.
/// </summary>
internal sealed partial class Template
{
    /// <summary>Parameters without a default, and values of an AWS account.</summary>
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

    /// <summary>The resources whose conditions hold.</summary>
    public IReadOnlyList<TemplateResource> Resources { get; }

    /// <summary>The settings that all functions share.</summary>
    public JsonObject Function => Fill(text["Globals"]![nameof(Function)])!.AsObject();

    /// <summary>The functions' environment variables as configuration keys.</summary>
    public Dictionary<string, string?> Settings => Function["Environment"]!["Variables"]!.AsObject()
        .ToDictionary(variable => variable.Key.Replace("__", ":", StringComparison.Ordinal), variable => (string?)variable.Value!.ToString());

    public Dictionary<string, string> Outputs => text[nameof(Outputs)]!.AsObject()
        .Where(output => output.Value!["Condition"] is not { } condition || Holds((string)condition!))
        .ToDictionary(output => output.Key, output => (string)Fill(output.Value!["Value"])!);

    /// <summary>The rights of a function, by its name without the stack's prefix.</summary>
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

    /// <summary>Resolves the intrinsic functions in a value; returns null if a condition omits the value.</summary>
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

/// <summary>A resource as it is written, and with everything filled in.</summary>
internal sealed record TemplateResource(string Id, string Name, string Type, JsonObject Text, JsonObject Properties);
