namespace EventTracking.Core.Backends.Aws.Provisioning;

/// <summary>What the service needs in AWS, in the parts that can be created alone.</summary>
internal enum AwsPart
{
    Events,
    Records,
    Payloads,
    Queues,
}
