using Microsoft.Extensions.Configuration;

namespace EventTracking.Core.Backends.Aws.Secrets;

/// <summary>Secrets as part of the configuration, above all other sources.</summary>
internal sealed class SecretsProvider : ConfigurationProvider, IConfigurationSource
{
    /// <summary>What is known; whoever uses it learns of a change by <see cref="Announce"/>.</summary>
    public IDictionary<string, string?> Values
    {
        get => Data;
        set => Data = value;
    }

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    public void Announce() => OnReload();
}
