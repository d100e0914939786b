using EventTracking.Testing.Lambda;

namespace EventTracking.Tests.Api.Webhooks.Senders;

/// <summary>The product on every host that receives webhooks.</summary>
public sealed class SenderHosts : IAsyncLifetime
{
    public const string Server = "a server";
    public const string Gateway = "Lambda behind an HTTP API";
    public const string FunctionUrl = "Lambda behind a function URL";

    private readonly Dictionary<string, SenderHost> hosts = [];

    public static IReadOnlyList<string> All { get; } = [Server, Gateway, FunctionUrl];

    internal SenderHost this[string host] => hosts[host];

    public async ValueTask InitializeAsync()
    {
        hosts[Server] = await ServerSender.StartAsync();
        hosts[Gateway] = await LambdaSender.StartAsync(LambdaEvents.Gateway);
        hosts[FunctionUrl] = await LambdaSender.StartAsync(LambdaEvents.FunctionUrl);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in hosts.Values)
        {
            await host.DisposeAsync();
        }
    }
}
