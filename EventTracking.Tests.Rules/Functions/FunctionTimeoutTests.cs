using EventTracking.Core;
using EventTracking.Core.Functions;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Rules.Functions;

/// <summary>A time-out that no timer can wait for is refused when the function is added, and not when its first event runs.</summary>
public sealed class FunctionTimeoutTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(12.1)]
    [InlineData(50 * 24)]
    public void A_time_out_out_of_bounds_is_refused(double hours)
    {
        var refused = Assert.Throws<ArgumentOutOfRangeException>(() => Add(TimeSpan.FromHours(hours)));

        Assert.Contains("The time-out of the function 'slow' must be more than zero and at most 12 hours.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_longest_is_accepted() => Assert.Single(Add(TimeSpan.FromHours(12)), service => service.ServiceType == typeof(RegisteredFunction));

    private static IServiceCollection Add(TimeSpan timeout) => new ServiceCollection().AddFunction<UnroutedFunction>("slow", settings => settings.Timeout = timeout);
}
