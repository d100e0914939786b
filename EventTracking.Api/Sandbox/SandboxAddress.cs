using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace EventTracking.Api.Sandbox;

/// <summary>The address of this process, which is known only once the server listens, e.g. on port 0.</summary>
internal sealed class SandboxAddress(IServer server)
{
    public Uri Resolve(string pathAndQuery)
    {
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses;
        var address = addresses?.FirstOrDefault(address => address.StartsWith("http://", StringComparison.OrdinalIgnoreCase)) ?? addresses?.FirstOrDefault()
            ?? throw new HttpRequestException("The web server that contains the sandbox is not listening yet.");

        // Wildcards such as http://*:5000 and http://[::]:5000 cannot be called.
        var binding = BindingAddress.Parse(address);
        var host = binding.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "127.0.0.1" : binding.Host;
        return new Uri(new UriBuilder(binding.Scheme, host, binding.Port).Uri, pathAndQuery);
    }
}
