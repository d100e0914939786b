using EventTracking.Core;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Recovery;
using EventTracking.Core.Waiting;
using EventTracking.Testing.Functions;
using EventTracking.Tests.Rules.Events;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Rules.Functions;

/// <summary>Events of the topic <c>probe</c> that wait for the product until it is there, and its import.</summary>
internal sealed class Imports : IAsyncDisposable
{
    public Imports()
    {
        var waiter = new ProbeFunction((_, _) => Task.FromResult(Arrivals.Exists ? Outcome.Succeeded : Outcome.WaitFor(Given.Product)));
        var import = new ProbeFunction(async (_, context, cancellationToken) =>
        {
            if (Fails)
            {
                throw new FunctionException("no such SKU", "import/none", Transient);
            }

            if (!ReleasesNothing)
            {
                await Engine!.Get<DependencyReleaser>().ReleaseAsync(Given.Product, context.Event.Id.ToString(), cancellationToken);
                await Arriving();
            }

            return Ignores ? Outcome.Ignored("only one system has it") : Outcome.Succeeded;
        });
        Engine = new Engine((services, _) => services
            .AddSingleton(new RegisteredFunction("probe", new FunctionSettings(), () => waiter))
            .AddSingleton(new RegisteredFunction("import", new FunctionSettings(), () => import))
            .AddSingleton(new DependencyKindRegistration("product", _ => Arrivals))
            .AddRoute("test", "probe", "probe")
            .AddRoute("test", "import", "import"));
    }

    public Engine Engine { get; }

    public Arrivals Arrivals { get; } = new();

    /// <summary>Runs after the import has released what waited.</summary>
    public Func<Task> Arriving { get; set; } = () => Task.CompletedTask;

    public bool ReleasesNothing { get; init; }

    public bool Fails { get; init; }

    public bool Transient { get; init; }

    public bool Ignores { get; init; }

    public async Task<EventId> WaitAsync(string body)
    {
        var id = await Engine.SendAsync(body);
        await Engine.RunAsync();
        Assert.Equal(EventStatus.Waiting, (await Engine.FindAsync(id)).Status);
        return id;
    }

    public async Task SweepAsync(TimeSpan time)
    {
        Engine.Time.Advance(time);
        await Engine.Get<Sweeper>().SweepAsync(TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync() => Engine.DisposeAsync();
}
