using EventTracking.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Rules;

/// <summary>Registers the locations.</summary>
internal static class LocationExtensions
{
    /// <summary>Adds the locations that the settings name, which are validated when the host starts.</summary>
    public static IServiceCollection AddStockLocations(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<IValidateOptions<LocationOptions>, LocationOptionsValidator>();
        services.AddOptions<LocationOptions>().Configure(options => options.Bind(configuration)).ValidateOnStart();
        services.AddSettings(LocationOptions.LocationsSetting, LocationOptions.LocationIdSetting, LocationOptions.WarehouseIdSetting);
        return services.AddSingleton<StockLocations>();
    }
}
