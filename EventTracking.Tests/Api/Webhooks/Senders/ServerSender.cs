namespace EventTracking.Tests.Api.Webhooks.Senders;

/// <summary>The product as a server.</summary>
internal sealed class ServerSender : SenderHost
{
    private readonly ApiFixture api;

    private ServerSender(ApiFixture api) => this.api = api;

    protected override IServiceProvider Services => api.Services;

    protected override string OperatorKey => api.OperatorKey;

    public static async Task<SenderHost> StartAsync() => new ServerSender(await ApiFixture.StartAsync(settings: Settings));

    public override Task<SenderResponse> SendAsync(SenderRequest request) => Wire.SendAsync(api.Anonymous.BaseAddress!, request, Cancel);

    public override ValueTask DisposeAsync() => api.DisposeAsync();
}
