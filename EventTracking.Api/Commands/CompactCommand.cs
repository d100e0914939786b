using System.CommandLine;
using EventTracking.Core.Backends;
using EventTracking.Core.Backends.Aws.Provisioning;
using EventTracking.Core.Payloads;
using EventTracking.Core.Resilience;

namespace EventTracking.Api.Commands;

/// <summary>Joins small segments in S3 at once instead of at night.</summary>
internal static class CompactCommand
{
    private const string Description =
        "Joins the small payload segments of finished days in S3 into few large objects, until none are left. The service or its schedule "
        + "does the same every night, and both may run at the same time. Only the service deletes joined payloads when their retention is over. "
        + "What a run did before it was killed stays done. Region, credentials and endpoint come from AWS_REGION, the credential chain and AWS_ENDPOINT_URL, as for all AWS tools.";

    private static readonly TimeSpan AtOnce = TimeSpan.FromMinutes(10);

    public static Command Create(string[] args)
    {
        var command = new Command("compact", Description) { SettingsArgument.Create() };
        command.SetAction((parsed, cancellationToken) => RunAsync(args, parsed.InvocationConfiguration, cancellationToken));
        return command;
    }

    /// <exception cref="BackendException">The table or the bucket is missing, AWS did not respond, or some days could not be compacted.</exception>
    private static async Task RunAsync(string[] args, InvocationConfiguration console, CancellationToken cancellationToken)
    {
        await using var app = AwsCommandApp.Build(args, console.Error);
        await app.Services.GetRequiredService<AwsProvisioner>().CheckAsync([AwsPart.Events, AwsPart.Payloads], cancellationToken);
        var compaction = app.Services.GetRequiredService<ISegmentCompaction>();
        try
        {
            await CompactAsync(compaction, console.Output, cancellationToken);
        }
        catch (Exception exception) when (exception is StoreUnavailableException or AggregateException)
        {
            throw new BackendException($"Not everything was joined. Run 'compact' again to go on. {exception.Message}", exception);
        }
    }

    /// <summary>Ends when nothing is left, or when a run has joined nothing although there was something left.</summary>
    private static async Task CompactAsync(ISegmentCompaction compaction, TextWriter output, CancellationToken cancellationToken)
    {
        for (var goesOn = true; goesOn;)
        {
            var result = await compaction.RunAsync(AtOnce, cancellationToken);
            goesOn = !result.IsDone && result.Objects > 0;
            await output.WriteLineAsync($"{result.Segments} segments joined in {result.Objects} objects of {result.Bytes} bytes; {(result.IsDone ? "nothing is left to do" : goesOn ? "going on" : "the rest could not be joined")}");
        }
    }
}
