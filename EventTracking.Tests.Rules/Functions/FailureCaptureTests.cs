using System.Runtime.CompilerServices;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Observability;
using EventTracking.Core.Secrets;
using EventTracking.Testing.Functions;
using EventTracking.Tests.Rules.Events;

namespace EventTracking.Tests.Rules.Functions;

/// <summary>How much of a failure is kept, and that secrets go before the cut.</summary>
public sealed class FailureCaptureTests
{
    [Theory]
    [InlineData(1000, 1000)]
    [InlineData(1001, 1001)]
    [InlineData(5000, 1001)]
    public void Messages_and_causes_are_cut_at_a_thousand_characters(int length, int kept)
    {
        var failure = FailureCapture.Redact(Given.Failure() with { Message = new string('m', length), Causes = [new string('c', length)] }, text => text);

        Assert.Equal((kept, kept), (failure.Message.Length, failure.Causes[0].Length));
        Assert.Equal(length > 1000, failure.Message.EndsWith('…'));
    }

    [Theory]
    [InlineData(2000, 2000)]
    [InlineData(9000, 2001)]
    public void Stacks_are_cut_at_two_thousand(int length, int kept) =>
        Assert.Equal(kept, FailureCapture.Redact(Given.Failure(stack: new string('s', length)), text => text).Stack?.Length);

    [Fact]
    public void Of_what_a_function_describes_itself_a_step_and_eight_causes_are_kept()
    {
        var failure = FailureCapture.Redact(Given.Failure() with { Step = new string('s', 5000), Causes = [.. Enumerable.Repeat("cause", 100)] }, text => text);

        Assert.Equal((201, 8), (failure.Step?.Length, failure.Causes.Count));
    }

    [Fact]
    public void A_letter_of_two_halves_is_not_split() =>
        Assert.Equal(new string('m', 999) + "…", FailureCapture.Redact(Given.Failure() with { Message = new string('m', 999) + "😀😀" }, text => text).Message);

    [Fact]
    public async Task The_detail_of_an_outcome_is_cut_at_a_thousand_characters()
    {
        await using var engine = new Engine(new ProbeFunction((_, _) => Task.FromResult(Outcome.Ignored(new string('d', 6_000_000)))));

        var id = await engine.SendAsync("{}");
        await engine.RunAsync();
        var record = await engine.FindAsync(id);

        Assert.Equal((EventStatus.Ignored, 1001), (record.Status, record.Attempts[0].Detail?.Length));
    }

    [Fact]
    public void Secrets_are_masked_everywhere_and_before_the_cut()
    {
        var text = new string('x', 995) + "planted-secret";
        var failure = FailureCapture.Redact(
            Given.Failure(stack: "at planted-secret") with { Message = text, Causes = [text], Step = "reading planted-secret" },
            value => value.Replace("planted-secret", "***", StringComparison.Ordinal));

        var masked = new string('x', 995) + "***";
        Assert.Equal((masked, masked, "reading ***", "at ***"), (failure.Message, failure.Causes[0], failure.Step, failure.Stack));
    }

    [Fact]
    public void What_is_not_there_stays_away()
    {
        var failure = FailureCapture.Redact(Given.Failure(stack: null), text => text);

        Assert.Equal((null, null), (failure.Step, failure.Stack));
    }

    [Fact]
    public async Task A_failure_tells_its_code_its_step_and_at_most_eight_causes()
    {
        var chain = Enumerable.Range(1, 10).Reverse().Aggregate<int, Exception?>(null, (inner, number) => new IOException($"cause {number}", inner));
        await using var engine = new Engine(new ProbeFunction((_, context) =>
        {
            context.Step("first");
            context.Step("second");
            throw new FunctionException("broken", "test/broken", transient: true, chain);
        }));
        var id = await engine.SendAsync("event");

        await engine.RunAsync();

        var failure = (await engine.FindAsync(id)).Error!;
        Assert.Equal(("FunctionException", "test/broken", "broken", "second", true), (failure.Type, failure.Code, failure.Message, failure.Step, failure.Transient));
        Assert.Equal(Enumerable.Range(1, 8).Select(number => $"IOException: cause {number}"), failure.Causes);
    }

    [Fact]
    public async Task Failures_group_by_where_they_come_from_and_not_by_what_they_say()
    {
        await using var engine = new Engine(new ProbeFunction((message, _) => message == "third" ? Elsewhere() : throw new IOException(message)));
        var ids = new[] { await engine.SendAsync("first"), await engine.SendAsync("second"), await engine.SendAsync("third") };

        await engine.RunAsync();

        var prints = (await Task.WhenAll(ids.Select(engine.FindAsync))).Select(record => record.Error!.Fingerprint).ToArray();
        Assert.Equal(prints[0], prints[1]);
        Assert.NotEqual(prints[0], prints[2]);
    }

    private static Task<Outcome> Elsewhere() => throw new IOException("first");

    [Fact]
    public void The_fingerprint_is_of_the_innermost_frame_of_ours()
    {
        var wrapped = Catch(() => Wrap(Inner));
        var foreign = Catch(() => Wrap(null));

        Assert.Equal(Print("Inner"), Describe(wrapped).Fingerprint);
        Assert.Equal(Print("Wrap"), Describe(foreign).Fingerprint);
    }

    [Fact]
    public void The_status_that_a_called_system_responded_with_is_kept()
    {
        var response = new HttpRequestException("HTTP 503", null, System.Net.HttpStatusCode.ServiceUnavailable);

        Assert.Equal(503, Describe(new FunctionException("down", "test/down", transient: true, response)).HttpStatus);
        Assert.Null(Describe(new IOException("reset")).HttpStatus);
    }

    [Fact]
    public void A_renamed_method_does_not_regroup_failures_that_have_a_code()
    {
        var before = Catch(Before);
        var after = Catch(After);

        Assert.NotEqual(Fingerprint.InnermostOwnFrame(before.StackTrace), Fingerprint.InnermostOwnFrame(after.StackTrace));
        Assert.Equal(Describe(before).Fingerprint, Describe(after).Fingerprint);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Before() => throw new FunctionException("before", "test/renamed", transient: false);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void After() => throw new FunctionException("after", "test/renamed", transient: false);

    [Fact]
    public void Names_that_a_function_chose_have_one_line_and_a_bound()
    {
        var failure = FailureCapture.Redact(Given.Failure("a\nb") with { Type = new string('t', 500), Code = "c\nd" }, text => text);

        Assert.Equal(("a b", "c d", 201), (failure.Fingerprint, failure.Code, failure.Type.Length));
    }

    private static string Print(string method) => Fingerprint.Of("stock-sync", "IOException", $"EventTracking.Tests.Rules.Functions.FailureCaptureTests.{method}", "");

    private static Failure Describe(Exception exception) =>
        FailureCapture.Describe(exception, new EventContext(Given.Record(EventStatus.Processing), null!, new SecretRedactor([]), TimeProvider.System));

    private static Exception Catch(Action action) => Record.Exception(action)!;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Inner() => throw new IOException("inner");

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Wrap(Action? action)
    {
        // Without an action the cause is an exception that was never thrown, so it has no frame at all.
        var cause = action is null ? new IOException("never thrown") : Record.Exception(action);
        throw new IOException("outer", cause);
    }
}
