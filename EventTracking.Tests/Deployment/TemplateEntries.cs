using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;

namespace EventTracking.Tests.Deployment;

/// <summary>
/// The entries of the template for each function, rendered from the functions' registrations. Wherever the template has something for
/// the function that every product has, <c>unrouted</c>, it has the same for each other function, in the order of their names.
/// </summary>
internal sealed partial class TemplateEntries
{
    private const string Model = EventRoutes.Unrouted;
    private const string ModelPascal = "Unrouted";

    private readonly JsonObject resources;
    private readonly int longestWindow;
    private readonly List<TemplateFunction> functions;
    private readonly Dictionary<string, FunctionSettings> settings;
    private readonly IReadOnlyList<EventRoute> routes;
    private readonly SortedSet<string> lacking = new(StringComparer.Ordinal);
    private readonly List<string> missing = [];

    private TemplateEntries(string template, IReadOnlyList<TemplateFunction> functions, IReadOnlyCollection<RegisteredFunction> registered, IReadOnlyList<EventRoute> routes)
    {
        settings = registered.ToDictionary(function => function.Name, function => function.Settings);
        this.functions = [.. functions.Where(function => settings.ContainsKey(function.Name)).OrderBy(function => function.Name, StringComparer.Ordinal)];
        this.routes = routes;
        foreach (var name in settings.Keys.Except(functions.Select(function => function.Name)).Order(StringComparer.Ordinal))
        {
            lacking.Add(name);
            missing.Add($$"""In EventTracking.Tests/Deployment/TemplateFunction.cs, in All, with what it may do (all other entries follow from that):{{'\n'}}        new("{{name}}", "<what it does>") { Composes = [], Releases = [], Records = [] },""");
        }

        var root = JsonNode.Parse(template)!;
        resources = root["Resources"]!.AsObject();
        longestWindow = (int)root["Parameters"]!["BatchWindowSeconds"]!["MaxValue"]!;
        RenderResources();
        foreach (var role in (string[])["ApiRole", "SchedulesRole"])
        {
            foreach (var statement in Statements(resources[role]!).OfType<JsonObject>().Where(statement => statement["Resource"] is JsonArray))
            {
                Render($"Resources.{role}, in the statement '{statement["Sid"]}'", statement["Resource"]!.AsArray(), indentation: 20);
            }
        }

        foreach (var (name, alarm) in resources.Where(resource => (string)resource.Value!["Type"]! == "AWS::CloudWatch::Alarm" && resource.Value["Properties"]!["Metrics"] is not null))
        {
            RenderAlarm(name, alarm!["Properties"]!["Metrics"]!.AsArray());
        }

        foreach (var widget in resources["Dashboard"]!["Properties"]!["DashboardBody"]!["Fn::Join"]![1]![1]!["Fn::Join"]![1]!.AsArray())
        {
            RenderWidget(widget!.AsObject());
        }

        Text = TemplateText.WithResources(template, resources);
    }

    /// <summary>The template with all entries.</summary>
    public string Text { get; }

    /// <summary>The additions and changes, each with its place and the text to paste there.</summary>
    public IReadOnlyList<string> Missing => missing;

    /// <summary>The functions that lacked something.</summary>
    public IReadOnlyCollection<string> Functions => lacking;

    public static TemplateEntries Render(string template, IReadOnlyList<TemplateFunction> functions, IReadOnlyCollection<RegisteredFunction> registered, IReadOnlyList<EventRoute> routes) =>
        new(template, functions, registered, routes);

    /// <summary>The queues that a function sends its events to. To its own queue each function may send, because what waits there for long is sent anew.</summary>
    public static IEnumerable<string> TargetsOf(TemplateFunction function, IEnumerable<EventRoute> routes) =>
        routes.Where(route => function.Composes.Contains(route.Source)).Select(route => route.Function)
            .Concat(function.Releases)
            .Distinct()
            .Order(StringComparer.Ordinal);

    private static JsonArray Statements(JsonNode role) => role["Properties"]!["Policies"]![0]!["PolicyDocument"]!["Statement"]!.AsArray();

    private static JsonNode Rename(JsonNode model, TemplateFunction function) => JsonNode.Parse(RenameText(TemplateText.Compact(model), function))!;

    private static string RenameText(string text, TemplateFunction function) => text
        .Replace($"\"Id\":\"{Model}\"", $"\"Id\":\"{function.CamelName}\"", StringComparison.Ordinal)
        .Replace(ModelPascal, function.PascalName, StringComparison.Ordinal)
        .Replace(Model, function.Name, StringComparison.Ordinal);

    private static bool IsModel(JsonNode? node) => TemplateText.Compact(node).Contains("nrouted", StringComparison.Ordinal);

    private void RenderResources()
    {
        var before = resources.ToDictionary(resource => resource.Key, resource => resource.Value!.DeepClone());
        var models = before.Where(resource => resource.Key.StartsWith(ModelPascal, StringComparison.Ordinal)).ToDictionary();
        var entries = functions.SelectMany(function => models.Select(model => (Key: RenameText(model.Key, function), Function: function, Model: model))).ToDictionary(entry => entry.Key);
        var rendered = entries.ToDictionary(entry => entry.Key, entry => RenderResource(entry.Value.Model.Key[ModelPascal.Length..], Rename(entry.Value.Model.Value, entry.Value.Function), entry.Value.Function));

        // Each part of a function, e.g. its queues, follows the same part of the previous function.
        string[][] parts = [["DeadLetters", "Queue", "QueuePolicy"], ["Logs", "Role", "Function", "Mapping"]];
        var order = before.Keys.Except(entries.Keys).ToList();
        foreach (var part in parts)
        {
            var first = before.Keys.First(key => part.Any(suffix => entries.ContainsKey(key) && key.EndsWith(suffix, StringComparison.Ordinal)));
            var anchor = before.Keys.TakeWhile(key => key != first).Last(order.Contains);
            order.InsertRange(order.IndexOf(anchor) + 1, functions.SelectMany(function => part.Select(suffix => function.PascalName + suffix)));
        }

        resources.Clear();
        var previous = "";
        foreach (var key in order)
        {
            var value = rendered.GetValueOrDefault(key) ?? before[key];
            resources.Add(key, value);
            var change = before.TryGetValue(key, out var old) ? (JsonNode.DeepEquals(old, value) ? null : $"In Resources, replace {key} by:") : $"In Resources, after {previous}:";
            if (change is not null)
            {
                Report(entries[key].Function, change, "    " + TemplateText.Format(key, value, indentation: 4) + ",");
            }

            previous = key;
        }
    }

    private JsonNode RenderResource(string part, JsonNode resource, TemplateFunction function)
    {
        // Twice the time of one event, for those that wait behind others of the batch. Lambda wants a message to be hidden for six times
        // that and for as long as it may gather a batch.
        var timeout = (int)(2 * settings[function.Name].Timeout.TotalSeconds);
        var properties = resource["Properties"]!;
        switch (part)
        {
            case "Queue":
                properties["VisibilityTimeout"] = (6 * timeout) + longestWindow;
                break;
            case "Function":
                properties["Timeout"] = timeout;
                properties["Description"] = function.Description;
                break;
            case "Mapping":
                properties["BatchSize"] = settings[function.Name].BatchSize;
                break;
            case "Role":
                AllowWhatItDoes(Statements(resource), function);
                break;
        }

        return resource;
    }

    /// <summary>The model composes nothing, releases nothing and has no records but those of failures.</summary>
    private void AllowWhatItDoes(JsonArray statements, TemplateFunction function)
    {
        var events = statements.Single(statement => (string?)statement!["Sid"] == "Events")!;
        var next = statements.IndexOf(events) + 1;
        var targets = TargetsOf(function, routes).ToList();
        if (targets.Count > 0)
        {
            events["Action"] = new JsonArray("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem");
            var queues = targets.Select(target => (JsonNode?)Reference($"{Find(target).PascalName}Queue")).ToArray();
            statements.Add(Statement("Queues", ["sqs:GetQueueUrl", "sqs:SendMessage"], new JsonArray(queues)));
        }

        if (function.Records.Count > 0)
        {
            var records = statements.Single(statement => (string?)statement!["Sid"] == "Products")!;
            records["Action"] = new JsonArray([.. function.Records.Select(operation => (JsonNode?)$"dynamodb:{operation}")]);
        }

        if (function.Releases.Count > 0)
        {
            statements.Insert(next, Statement("EventsIndexes", ["dynamodb:Query"], IndexOfEvents("by-dependency")));
        }

        static JsonObject IndexOfEvents(string index) => new()
        {
            ["Fn::If"] = new JsonArray(
                "HasRestoredEvents",
                new JsonObject { ["Fn::Sub"] = $"arn:${{AWS::Partition}}:dynamodb:${{AWS::Region}}:${{AWS::AccountId}}:table/${{RestoredEventsTable}}/index/{index}" },
                new JsonObject { ["Fn::Sub"] = $"${{EventsTable.Arn}}/index/{index}" }),
        };

        static JsonObject Reference(string resource) => new() { ["Fn::GetAtt"] = new JsonArray(resource, "Arn") };

        static JsonObject Statement(string id, string[] actions, JsonNode resource) =>
            new() { ["Sid"] = id, ["Effect"] = "Allow", ["Action"] = new JsonArray([.. actions.Select(action => (JsonNode?)action)]), ["Resource"] = resource };
    }

    private TemplateFunction Find(string name) =>
        functions.SingleOrDefault(function => function.Name == name) ?? new TemplateFunction(name, "");

    /// <summary>Metrics that an expression names one by one are numbered; others go by their function's name.</summary>
    private void RenderAlarm(string name, JsonArray metrics)
    {
        var numbered = metrics.Where(metric => metric!["Id"]!.ToString() is ['m', .. var number] && int.TryParse(number, out _)).ToList();
        if (numbered.Count == 0)
        {
            Render($"Resources.{name}, in Metrics", metrics, indentation: 10);
            return;
        }

        numbered.ForEach(metric => metric!["Id"] = "m");
        var changed = Render(name, metrics, indentation: 10);
        for (var i = 1; i < metrics.Count; i++)
        {
            metrics[i]!["Id"] = $"m{i - 1}";
        }

        if (changed)
        {
            // The numbers and the expression of the list change with it.
            metrics[0]!["Expression"] = string.Join('+', Enumerable.Range(0, metrics.Count - 1).Select(number => $"FILL(m{number},0)"));
            missing.RemoveAll(entry => entry.StartsWith($"In {name}", StringComparison.Ordinal));
            missing.Add($"In Resources.{name}, replace Metrics by:\n        {TemplateText.Format("Metrics", metrics, indentation: 8)}");
        }
    }

    private void RenderWidget(JsonObject widget)
    {
        var body = JsonNode.Parse((string)widget["Fn::Sub"]!)!;
        if (Render($"Resources.Dashboard, in the metrics of '{body["properties"]!["title"]}'", body["properties"]!["metrics"]!.AsArray(), indentation: null))
        {
            widget["Fn::Sub"] = TemplateText.Compact(body);
        }
    }

    /// <summary>Renders the entries of a list for each function in place; returns false if nothing changed. Without an indentation, the list is part of a string.</summary>
    private bool Render(string where, JsonArray list, int? indentation)
    {
        var changed = false;
        for (var start = 0; start < list.Count; start++)
        {
            if (!IsModel(list[start]))
            {
                continue;
            }

            var model = list.Skip(start).TakeWhile(IsModel).Select(node => node!).ToList();
            var (source, eligible) = EligibleFor(model);
            var (begin, end) = FindRegion(list, start, model);
            var old = list.Skip(begin).Take(end - begin).Select(TemplateText.Compact).ToList();
            var rendered = eligible.SelectMany(function => model.Select(node => Rename(node, function))).ToList();
            if (!old.SequenceEqual(rendered.Select(TemplateText.Compact)))
            {
                changed = true;
                ReportAdded($"{where}{(source is null ? "" : $" with the source {source}")}", eligible, model, old, indentation);
                list.RemoveRange(begin, end - begin);
                for (var i = 0; i < rendered.Count; i++)
                {
                    list.Insert(begin + i, rendered[i]);
                }
            }

            start = begin + rendered.Count;
        }

        return changed;
    }

    /// <summary>All functions, or, where a metric is about a source, those that receive from it.</summary>
    private (string? Source, List<TemplateFunction> Functions) EligibleFor(List<JsonNode> model)
    {
        var source = SourceDimension().Match(TemplateText.Compact(model[0])) is { Success: true } match ? match.Groups[1].Value : null;
        return (source, [.. functions.Where(function => source is null || function.Name == Model || function.Receives.Contains(source)
            || routes.Any(route => route.Source == source && route.Function == function.Name))]);
    }

    /// <summary>The entries of functions around those of the model.</summary>
    private (int Begin, int End) FindRegion(JsonArray list, int start, List<JsonNode> model)
    {
        var all = functions.Select(function => string.Join('\n', model.Select(node => TemplateText.Compact(Rename(node, function))))).ToHashSet();
        var (begin, end) = (start, start + model.Count);
        while (begin >= model.Count && IsOfFunction(begin - model.Count))
        {
            begin -= model.Count;
        }

        while (end + model.Count <= list.Count && IsOfFunction(end))
        {
            end += model.Count;
        }

        return (begin, end);

        bool IsOfFunction(int index) => all.Contains(string.Join('\n', list.Skip(index).Take(model.Count).Select(TemplateText.Compact)));
    }

    private void ReportAdded(string where, List<TemplateFunction> eligible, List<JsonNode> model, List<string> old, int? indentation)
    {
        string? previous = null;
        foreach (var function in eligible)
        {
            var nodes = model.Select(node => Rename(node, function)).ToList();
            if (!old.Contains(TemplateText.Compact(nodes[0])))
            {
                var paste = indentation is { } spaces
                    ? string.Join('\n', nodes.Select(node => new string(' ', spaces) + TemplateText.Format(node, spaces) + ","))
                    : string.Concat(nodes.Select(node => TemplateText.Compact(JsonValue.Create(TemplateText.Compact(node)))[1..^1] + ","));
                Report(function, $"In {where}, {(previous is null ? "before those of the next function" : $"after those of {previous}")}:", paste);
            }

            previous = function.Name;
        }
    }

    private void Report(TemplateFunction function, string where, string paste)
    {
        lacking.Add(function.Name);
        missing.Add($"{where}\n{paste}");
    }

    [GeneratedRegex("\"source\",(?:\"Value\":)?\"([^\"]+)\"")]
    private static partial Regex SourceDimension();
}
