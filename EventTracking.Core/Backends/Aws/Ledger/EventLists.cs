using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Backends.Aws.Tables;
using EventTracking.Core.Events;

namespace EventTracking.Core.Backends.Aws.Ledger;

/// <summary>Maps the lists of a record to attribute values. Their names are short because nearly every item has an attempt.</summary>
internal static class EventLists
{
    public const string Steps = "t";

    private const int MaxRunsBytes = 180_000;
    private const int MaxReasonsBytes = 40_000;
    private const int MaxTextLength = 2000;
    private const int MaxNameLength = 200;
    private const int MaxCauses = 8;
    private const int MaxSteps = 51;
    private const int MaxCalls = 20;

    private const string AtNumber = "n";
    private const string Started = "s";
    private const string Ended = "e";
    private const string Outcome = "o";
    private const string Detail = "d";
    private const string Calls = "c";
    private const string Failure = "f";

    private const string Type = "type";
    private const string Code = "code";
    private const string Message = "message";
    private const string Causes = "causes";
    private const string AtStep = "step";
    private const string Stack = "stack";
    private const string Print = "fingerprint";
    private const string Transient = "transient";
    private const string HttpStatus = "http";
    private const string Build = "build";

    private const string Kind = "k";
    private const string By = "b";
    private const string At = "t";
    private const string Reason = "r";
    private const string AfterAttempt = "a";
    private const string Job = "j";

    /// <summary>
    /// A DynamoDB item holds at most 400 KB. Twenty attempts come near that only if each has fifty steps and a chain of causes;
    /// of such attempts the oldest keep only their outcome. In letters of three bytes an attempt has at most 120 KB, and what is kept of
    /// twenty 50 KB more than the limit here; a history has at most 110 KB, and everything else 30 KB.
    /// </summary>
    public static IEnumerable<AttributeValue> Write(IReadOnlyList<Attempt> attempts)
    {
        var room = MaxRunsBytes;
        var written = new List<AttributeValue>(attempts.Count);
        foreach (var attempt in attempts.Reverse())
        {
            var run = Write(attempt);
            room -= AttributeForm.SizeOf(run);
            written.Add(room >= 0 ? run : Write(attempt with { Detail = null, Steps = [], Calls = [], Failure = WithoutTrace(attempt.Failure) }));
        }

        written.Reverse();
        return written;
    }

    /// <summary>Adds the numbers of the attempts before a gap, because their positions do not show them.</summary>
    public static void Number(Dictionary<string, AttributeValue> item, IReadOnlyList<Attempt> attempts)
    {
        for (var index = 0; index < attempts.Count; index++)
        {
            if (attempts[index].Number != attempts[^1].Number - (attempts.Count - 1 - index))
            {
                item[EventsTable.Runs].L[index].M[AtNumber] = Attributes.Number(attempts[index].Number);
            }
        }
    }

    public static AttributeValue Write(Attempt attempt)
    {
        var map = new Dictionary<string, AttributeValue> { [Started] = Attributes.Time(attempt.StartedAt) };
        map.AddTime(Ended, attempt.EndedAt);
        map.AddText(Outcome, attempt.Outcome?.ToText());
        map.AddText(Detail, Trim(attempt.Detail));
        map.AddList(Steps, attempt.Steps.Take(MaxSteps).Select(Write));
        map.AddText(Calls, OutgoingCall.Write(attempt.Calls.Take(MaxCalls)));
        if (attempt.Failure is { } failure)
        {
            map[Failure] = Write(failure);
        }

        return Attributes.Map(map);
    }

    public static AttributeValue Write(Step step) => Attributes.Text(string.Create(CultureInfo.InvariantCulture, $"{step.ElapsedMilliseconds} {Name(step.Name)}"));

    /// <summary>In very long histories the oldest entries lose their reasons.</summary>
    public static IEnumerable<AttributeValue> Write(IReadOnlyList<HistoryEntry> history)
    {
        var room = MaxReasonsBytes;
        var written = new List<AttributeValue>(history.Count);
        foreach (var entry in history.Reverse())
        {
            room -= Encoding.UTF8.GetByteCount(entry.Reason ?? "");
            written.Add(Write(room >= 0 ? entry : entry with { Reason = null }));
        }

        written.Reverse();
        return written;
    }

    private static AttributeValue Write(HistoryEntry entry)
    {
        var map = new Dictionary<string, AttributeValue>
        {
            [Kind] = Attributes.Number((int)entry.Kind),
            [By] = Attributes.Text(entry.By),
            [At] = Attributes.Time(entry.At),
            [AfterAttempt] = Attributes.Number(entry.AfterAttempt),
        };
        map.AddText(Reason, entry.Reason);
        map.AddText(Job, entry.Job);
        return Attributes.Map(map);
    }

    /// <summary>The newest attempts, numbered by position: the last one's number is the number of attempts made. Those before a gap carry their number.</summary>
    public static IReadOnlyList<Attempt> ReadAttempts(IReadOnlyList<AttributeValue> runs, int attempts)
    {
        var first = attempts - runs.Count + 1;
        return [.. runs.Select((run, index) => ReadAttempt(run.M, first + index)).Skip(runs.Count - IEventLedger.AttemptsKept)];
    }

    /// <summary>Functions choose their texts freely, so the store limits how much of a text it keeps.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Trim(string? text) => text is { Length: > MaxTextLength } ? string.Concat(text.AsSpan(0, MaxTextLength), "…") : text;

    /// <summary>What lists show about a failure, in one text.</summary>
    public static string Pack(Failure failure) => FailureFacts.Pack(failure with { Fingerprint = Name(failure.Fingerprint), Build = Name(failure.Build), Type = Name(failure.Type), Code = Name(failure.Code) });

    /// <summary>Names are shorter than other texts, because every entry of a list has them.</summary>
    [return: NotNullIfNotNull(nameof(name))]
    private static string? Name(string? name) => name is { Length: > MaxNameLength } ? string.Concat(name.AsSpan(0, MaxNameLength), "…") : name;

    public static HistoryEntry ReadHistoryEntry(AttributeValue value)
    {
        var map = value.M;
        return new HistoryEntry((HistoryEntryKind)map.GetNumber(Kind), map.GetText(By), map.GetTime(At), map.FindText(Reason), (int)map.GetNumber(AfterAttempt)) { Job = map.FindText(Job) };
    }

    private static Attempt ReadAttempt(Dictionary<string, AttributeValue> map, int place) => new(
        (int)(map.FindNumber(AtNumber) ?? place),
        map.GetTime(Started),
        map.FindTime(Ended),
        map.FindText(Outcome) is not { } text ? null : EventStatusText.TryParse(text, out var outcome) ? outcome : EventStatus.Unknown,
        map.FindText(Detail),
        [.. map.FindList(Steps).Select(ReadStep)],
        map.TryGetValue(Failure, out var failure) ? ReadFailure(failure.M) : null)
    {
        Calls = OutgoingCall.Read(map.FindText(Calls)),
    };

    private static Step ReadStep(AttributeValue value)
    {
        var (text, space) = (value.S, value.S.IndexOf(' ', StringComparison.Ordinal));
        return space > 0 && int.TryParse(text.AsSpan(0, space), CultureInfo.InvariantCulture, out var elapsed) ? new Step(elapsed, text[(space + 1)..]) : new Step(0, text);
    }

    private static AttributeValue Write(Failure failure)
    {
        var map = new Dictionary<string, AttributeValue>
        {
            [Type] = Attributes.Text(Name(failure.Type)),
            [Message] = Attributes.Text(Trim(failure.Message)),
            [Print] = Attributes.Text(Name(failure.Fingerprint)),
            [Transient] = Attributes.Flag(failure.Transient),
        };
        map.AddText(Code, Name(failure.Code));
        map.AddList(Causes, failure.Causes.Take(MaxCauses).Select(cause => Attributes.Text(Trim(cause))));
        map.AddText(Build, Name(failure.Build));
        if (failure.HttpStatus is { } status)
        {
            map[HttpStatus] = Attributes.Number(status);
        }

        map.AddText(AtStep, Name(failure.Step));
        map.AddText(Stack, Trim(failure.Stack));
        return Attributes.Map(map);
    }

    private static Failure? WithoutTrace(Failure? failure) =>
        failure is null ? null : failure with { Message = failure.Type, Causes = [], Step = null, Stack = null };

    private static Failure ReadFailure(Dictionary<string, AttributeValue> map) => new(
        map.GetText(Type),
        map.FindText(Code),
        map.GetText(Message),
        [.. map.FindList(Causes).Select(cause => cause.S)],
        map.FindText(AtStep),
        map.FindText(Stack),
        map.GetText(Print),
        map[Transient].BOOL ?? false)
    {
        HttpStatus = (int?)map.FindNumber(HttpStatus),
        Build = map.FindText(Build),
    };
}
