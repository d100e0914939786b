using Microsoft.Extensions.Configuration;

namespace EventTracking.Core.Backends.Aws.Secrets;

/// <summary>Adds secrets to the configuration, overriding all other sources.</summary>
internal sealed class SecretsProvider : ConfigurationProvider, IConfigurationSource
{
    /// <summary>The current secrets; <see cref="Announce"/> notifies their users of a change.</summary>
    public IDictionary<string, string?> Values
    {
        get => Data;
        set => Data = value;
    }

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    public void Announce() => OnReload();
}
