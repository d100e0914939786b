using EventTracking.Core.Processing;
using EventTracking.Core.Secrets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EventTracking.Api.Hosting.Lambda;

/// <summary>Serves the requests, SQS batches and schedules that Lambda sends. Nothing runs between two invocations.</summary>
internal static class LambdaHostExtensions
{
    // The rest of the sandbox's memory is left for stacks, sockets and the program itself.
    private const double HeapShare = 0.9;

    // NTP keeps the clocks of all execution environments right: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html (TZ).
    // They cannot wait out a lease instead, because Lambda freezes an environment after each batch, and another one gets the next.
    private static readonly HostClocks Clocks = new(Apart: TimeSpan.FromMinutes(1));

    public static IServiceCollection AddLambdaHost(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(Clocks)
        .AddSingleton<QueueBatches>()
        .AddSingleton(provider => new InvocationKind(QueueBatches.Member, provider.GetRequiredService<QueueBatches>))
        .AddSingleton<Schedules>()
        .AddSingleton(provider => new InvocationKind(Schedules.Member, provider.GetRequiredService<Schedules>))
        .AddLambdaServer(configuration, "/health/live", static provider => provider.GetRequiredService<SecretRefresh>().RunAsync);

    /// <summary>
    /// Replaces any other server. Before a snapshot of the process is taken, the path is requested once. A process restored from
    /// it first runs what <paramref name="restored"/> finds, because its state may be days old.
    /// </summary>
    public static IServiceCollection AddLambdaServer(
        this IServiceCollection services, IConfiguration configuration, string warmUp, Func<IServiceProvider, Func<CancellationToken, ValueTask>> restored)
    {
        LimitHeap(configuration.GetValue<long>("AWS_LAMBDA_FUNCTION_MEMORY_SIZE") << 20);
        var snapStart = configuration["AWS_LAMBDA_INITIALIZATION_TYPE"] == "snap-start";
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new RuntimeApi(configuration[RuntimeApi.Setting]!, provider.GetService<SecretRedactor>));
        services.AddSingleton(provider => new LambdaSettings(snapStart, warmUp, restored(provider)));
        services.RemoveAll<IServer>();
        return services.AddSingleton<IServer, LambdaServer>();
    }

    /// <summary>.NET does not know the limit that Lambda sets: without this the process would be killed before it collects garbage.</summary>
    private static void LimitHeap(long memory)
    {
        var limit = (ulong)(memory * HeapShare);
        if (limit > 0 && limit < (ulong)GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)
        {
            AppContext.SetData("GCHeapHardLimit", limit);
            GC.RefreshMemoryLimit();
        }
    }
}

/// <summary>How Lambda starts the process, what is requested before a snapshot, and what a restored process runs first.</summary>
internal sealed record LambdaSettings(bool SnapStart, string WarmUp, Func<CancellationToken, ValueTask> Restored);
