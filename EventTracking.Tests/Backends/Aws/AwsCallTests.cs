using System.Net;
using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Aws.Provisioning;
using EventTracking.Core.Backends.Aws.Queue;
using EventTracking.Core.Events;
using EventTracking.Core.Payloads;
using EventTracking.Core.Resilience;
using EventTracking.Tests.Sandbox;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>Which responses, and which missing ones, count as an unavailable service.</summary>
public sealed class AwsCallTests(AwsBackend backend) : IClassFixture<AwsBackend>, IDisposable
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => backend.Traffic.Response = null;

    [Theory]
    [InlineData("AccessDenied")]
    [InlineData("AccessDeniedException")]
    [InlineData("UnrecognizedClientException")]
    [InlineData("ExpiredToken")]
    [InlineData("ExpiredTokenException")]
    [InlineData("InvalidSignatureException")]
    [InlineData("MissingAuthenticationToken")]
    [InlineData("MissingAuthenticationTokenException")]
    [InlineData("KMS.DisabledException")]
    [InlineData("KmsAccessDenied")]
    public async Task A_right_that_is_missing_is_for_an_operator_to_mend(string code)
    {
        backend.Traffic.Response = (operation, _) => operation == "GetItem" ? AwsResponse.Refuse(code) : null;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => backend.Ledger.FindAsync(Sample.Id(backend.Now), Cancellation));
    }

    [Theory]
    [InlineData("ExpiredToken")]
    [InlineData("KMS.DisabledException")]
    public async Task Nor_can_a_payload_be_archived_then(string code)
    {
        backend.Traffic.Response = (operation, _) => operation == "PUT" ? AwsResponse.RefuseObject(HttpStatusCode.BadRequest, code) : null;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => backend.Archive.AppendAsync([Sample.Payload("event", [1])], Cancellation));
    }

    [Theory]
    [InlineData("Cannot read from backfilling global secondary index: attention-by-time")]
    [InlineData("The table does not have the specified index: attention-by-time")]
    public async Task An_index_that_is_not_there_yet_is_to_be_waited_for(string message)
    {
        backend.Traffic.Response = (operation, _) => operation == "Query" ? AwsResponse.Refuse("ValidationException", message) : null;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => backend.Ledger.ListAsync(new EventQuery { Status = EventStatus.Failed }, Cancellation));
    }

    [Fact]
    public async Task A_call_that_is_wrong_is_a_fault()
    {
        backend.Traffic.Response = (operation, _) => operation == "GetItem" ? AwsResponse.Refuse("ValidationException") : null;
        await Assert.ThrowsAsync<Amazon.DynamoDBv2.AmazonDynamoDBException>(() => backend.Ledger.FindAsync(Sample.Id(backend.Now), Cancellation));
    }

    [Theory]
    [InlineData("GetQueueUrl", 22)]
    [InlineData("ReceiveMessage", 110)]
    public async Task A_body_that_stalls_after_its_head_is_not_waited_for(string operation, int seconds)
    {
        var function = Sample.Name("function");
        await backend.UrlAsync(function);
        var time = new ObservedTime();
        var queues = new FunctionQueues(backend.Sqs, backend.Get<AwsResources>(), time);
        var queue = new AwsWorkQueue(
            backend.Sqs, new QueueReceiver(backend.Get<PollingClient>(), queues), queues, backend.Get<QueueSender>(), backend.Get<QueueAcknowledger>(), backend.Get<NewerMessages>(), NullLogger<AwsWorkQueue>.Instance);
        using var stalled = new StalledBody();
        backend.Traffic.Response = (sent, _) => sent == operation ? stalled.Response() : null;

        var receiving = queue.ReceiveAsync(function, 10, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(20), Cancellation);
        await time.BegunAsync(TimeSpan.FromSeconds(seconds));
        time.Advance(TimeSpan.FromSeconds(seconds));

        var unavailable = await Assert.ThrowsAsync<StoreUnavailableException>(() => receiving.WaitAsync(TimeSpan.FromMinutes(1), Cancellation));
        Assert.IsType<TimeoutException>(unavailable.InnerException);
        stalled.Release();
    }
}
