using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using EventTracking.Stock.Vocabulary;

namespace EventTracking.Stock.Connectors.Brightpearl;

/// <summary>
/// The body of a delivery. Its format depends on the template that was registered, so all usual spellings of the keys are
/// accepted, and both JSON and form encoding regardless of the content type. A template variable that was not rendered, such as
/// <c>${full-event}</c>, counts as absent: what the other fields say still holds.
/// </summary>
internal sealed class BrightpearlMessage
{
    /// <summary>How many ids and ranges of ids a body may name. More are no change of stock but a mistake, and are not even read.</summary>
    public const int MaxIds = 10_000;

    private const string Unrendered = "${";
    private const int MaxQuoted = 40;

    /// <summary>Longer than any text that Brightpearl sends. A longer one counts as absent, and the reason says so.</summary>
    private const int MaxTextLength = 255;

    private readonly Dictionary<BrightpearlField, string> fields = [];
    private readonly List<string> ids = [];
    private readonly List<string> resourceIds = [];
    private string? unrendered;
    private string? problem;
    private int idCount;

    private BrightpearlMessage()
    {
    }

    public string? Account => Find(BrightpearlField.Account);

    public string? ResourceType => Find(BrightpearlField.ResourceType);

    public string? RaisedOn => Find(BrightpearlField.RaisedOn);

    /// <summary>The ids as an id set. A body that has both an <c>id</c> and a <c>resourceId</c> means the latter.</summary>
    public string? Ids => resourceIds.Count > 0 ? string.Join(',', resourceIds) : ids.Count > 0 ? string.Join(',', ids) : null;

    /// <summary>Whether the body names more than <see cref="MaxIds"/>, so that <see cref="Ids"/> are not all of them.</summary>
    public bool HasTooManyIds => idCount > MaxIds;

    /// <summary>The event in lower case, e.g. <c>product.modified.on-hand-modified</c>; null if the body does not say what happened.</summary>
    public string? Topic => WholeTopic is { Length: <= MaxTextLength } topic ? topic.ToLowerInvariant() : null;

    /// <summary>Why something is missing, as a sentence for an operator; empty if the body simply does not have it.</summary>
    public string Explanation =>
        unrendered is not null ? $" The template variable '{unrendered}' was not rendered."
        : problem is not null ? $" {problem}"
        : WholeTopic is { Length: > MaxTextLength } ? string.Create(CultureInfo.InvariantCulture, $" The name of its event has more than {MaxTextLength} characters.")
        : "";

    /// <summary>Why the ids may not be those of products although the event is about products, as a sentence for an operator; null if nothing speaks against it.</summary>
    /// <param name="topic">The event.</param>
    public string? FindContradiction(string topic) => IsAboutProducts(topic) && ResourceType is { } type && !type.Equals(Entities.ProductKind, StringComparison.OrdinalIgnoreCase)
        ? $"The payload says that '{topic}' happened to resources of the type '{Shorten(type)}', so its ids may not be those of products. Correct the template of the webhook."
        : null;

    private string? WholeTopic => Find(BrightpearlField.FullEvent) ?? ComposeTopic(ResourceType, Find(BrightpearlField.LifecycleEvent));

    /// <summary>Reads as much as possible. The message is empty if the body is neither a JSON object nor a form.</summary>
    public static BrightpearlMessage Read(ReadOnlySpan<byte> body)
    {
        var message = new BrightpearlMessage();
        body = WebhookBody.TextOf(body).Trim(" \t\r\n"u8);
        if (body.IsEmpty)
        {
            message.problem = "It is empty.";
        }
        else if (body[0] is (byte)'{' or (byte)'[' or (byte)'"' or (byte)'/')
        {
            message.TryReadJson(body);
        }
        else
        {
            message.ReadForm(Encoding.UTF8.GetString(body));
        }

        return message;
    }

    /// <summary>Some templates put the whole event where others put its second part.</summary>
    private string? ComposeTopic(string? type, string? lifecycle)
    {
        if (lifecycle is null || type is null)
        {
            return lifecycle?.Contains('.', StringComparison.Ordinal) is true ? lifecycle : null;
        }

        return lifecycle.StartsWith($"{type}.", StringComparison.OrdinalIgnoreCase)
            ? lifecycle
            : string.Join('.', new[] { type, lifecycle, Find(BrightpearlField.ResourceSpecifier) }.OfType<string>());
    }

    private static bool IsAboutProducts(string topic) => topic == Entities.ProductKind || topic.StartsWith($"{Entities.ProductKind}.", StringComparison.Ordinal);

    private void ReadForm(string text)
    {
        var found = false;
        foreach (var pair in text.AsSpan().Split('&'))
        {
            var field = text.AsSpan(pair);
            var equals = field.IndexOf('=');
            if (equals > 0)
            {
                found = true;
                Set(WebUtility.UrlDecode(field[..equals].ToString()), WebUtility.UrlDecode(field[(equals + 1)..].ToString()));
            }
        }

        if (!found)
        {
            problem = "It is neither a JSON object nor a form.";
        }
    }

    private void TryReadJson(ReadOnlySpan<byte> body)
    {
        try
        {
            ReadJson(body);
        }
        catch (JsonException exception)
        {
            // What was read before the error counts; the delivery itself is stored byte for byte anyway.
            problem ??= $"It is not valid JSON: {exception.Message}";
        }
    }

    private void ReadJson(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body, WebhookBody.Lenient);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            problem = "It is JSON, but not an object.";
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = Text(ref reader);
            reader.Read();
            switch (reader.TokenType)
            {
                case JsonTokenType.String or JsonTokenType.Number:
                    Set(name, Text(ref reader));
                    break;
                case JsonTokenType.StartArray:
                    Set(name, ReadList(ref reader));
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    /// <summary>Reads an array of numbers or texts as the id set that Brightpearl would write. Anything else in it makes the set unreadable, so that no id is dropped silently.</summary>
    private static string ReadList(ref Utf8JsonReader reader)
    {
        var items = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (items.Count <= MaxIds)
            {
                items.Add(reader.TokenType is JsonTokenType.String or JsonTokenType.Number ? Text(ref reader) : $"({reader.TokenType})");
            }

            reader.Skip();
        }

        return string.Join(',', items);
    }

    // Utf8JsonReader.GetString throws for bytes that are not UTF-8 and for half a surrogate pair.
    private static string Text(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            return Encoding.UTF8.GetString(reader.ValueSpan);
        }

        try
        {
            return reader.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            return "";
        }
    }

    private void Set(string name, string value)
    {
        value = value.Trim();
        if (BrightpearlFields.Find(name) is not { } field || value.Length == 0 || value.Equals("null", StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        if (value.Contains(Unrendered, StringComparison.Ordinal))
        {
            unrendered ??= Shorten(value);
            return;
        }

        switch (field)
        {
            // A form repeats the name for each item of a list.
            case BrightpearlField.Ids:
                AddIds(ids, value);
                break;
            case BrightpearlField.ResourceIds:
                AddIds(resourceIds, value);
                break;

            // Intake cuts an account of any length. Without its account, a delivery would count as our own.
            case not BrightpearlField.Account when value.Length > MaxTextLength:
                problem ??= string.Create(CultureInfo.InvariantCulture, $"Its field '{name}' has {value.Length} characters, and no real one has more than {MaxTextLength}.");
                break;
            default:
                fields.TryAdd(field, value);
                break;
        }
    }

    private void AddIds(List<string> to, string value)
    {
        idCount += 1 + value.AsSpan().Count(',');
        if (idCount <= MaxIds)
        {
            to.Add(value);
        }
    }

    private string? Find(BrightpearlField field) => fields.GetValueOrDefault(field);

    private static string Shorten(string text) => text.Length <= MaxQuoted ? text : $"{text[..MaxQuoted]}…";
}
