using System.Text.Json;
using Amazon.Runtime;
using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using EventTracking.Core.Backends.Aws.Provisioning;

namespace EventTracking.Core.Backends.Aws.Secrets;

/// <summary>
/// Reads the parameters below a path of SSM Parameter Store as settings: <c>{path}/Shopify/AccessToken</c> is
/// <c>Shopify:AccessToken</c>.
/// </summary>
internal sealed class SecretParameters(IAmazonSimpleSystemsManagement ssm, string path)
{
    /// <summary>Each parameter below this path holds a whole API key entry, as 'keys new' prints it.</summary>
    private const string Entries = "EventTracking/ApiKeys/";

    // The page size of SSM.
    private const int PageSize = 10;

    private const int MaxPages = 50;

    private static readonly TimeSpan TryTimeout = TimeSpan.FromSeconds(3);

    public string Path => path;

    /// <exception cref="BackendException">No region is configured.</exception>
    public static IAmazonSimpleSystemsManagement CreateClient()
    {
        try
        {
            return new AmazonSimpleSystemsManagementClient(new AmazonSimpleSystemsManagementConfig { Timeout = TryTimeout, RetryMode = RequestRetryMode.Standard, MaxErrorRetry = 3 });
        }
        catch (AmazonClientException exception)
        {
            throw AwsFaults.Unasked(exception);
        }
    }

    /// <summary>Returns all parameters, decrypted, by their names in the configuration.</summary>
    /// <exception cref="BackendException">They could not be read, or one is not valid. The message names the parameter but never a value.</exception>
    public async Task<Dictionary<string, string?>> ReadAsync(CancellationToken cancellationToken)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        await AwsFaults.ExplainAsync(async () =>
        {
            var request = new GetParametersByPathRequest { Path = path, Recursive = true, WithDecryption = true };
            for (var pages = 0; pages < MaxPages; pages++)
            {
                var page = await ReadPageAsync(request, cancellationToken);
                foreach (var parameter in page.Parameters ?? [])
                {
                    Add(parameter, settings);
                }

                request.NextToken = page.NextToken;
                if (string.IsNullOrEmpty(request.NextToken))
                {
                    return;
                }
            }

            throw new BackendException($"SSM Parameter Store has more than {MaxPages * PageSize} parameters below {path}. Give the secrets a path of their own.");
        });
        return settings;
    }

    /// <summary>Never reports the content of an unexpected response, because it may quote values.</summary>
    private async Task<GetParametersByPathResponse> ReadPageAsync(GetParametersByPathRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var page = await ssm.GetParametersByPathAsync(request, cancellationToken);
            return page.Parameters?.All(parameter => parameter is { Name: not null, Value: not null }) is false ? throw new AmazonClientException("The response has parameters without a name or a value.") : page;
        }
        catch (Exception exception) when (exception is AmazonUnmarshallingException or IOException)
        {
            throw new BackendException("The response of SSM Parameter Store could not be parsed.");
        }
    }

    private void Add(Parameter parameter, Dictionary<string, string?> settings)
    {
        var name = parameter.Name[(path.Length + 1)..];
        var key = name.Replace('/', ':');

        // A value that was read from a file ends with a line break, and no secret does.
        var value = parameter.Value.Trim();
        if (!name.StartsWith(Entries, StringComparison.OrdinalIgnoreCase))
        {
            settings[key] = value;
            return;
        }

        try
        {
            using var entry = JsonDocument.Parse(value);
            foreach (var member in entry.RootElement.EnumerateObject())
            {
                settings[$"{key}:{member.Name}"] = member.Value.GetString();
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Drop the original exception, because it quotes the value.
            throw new BackendException($"The parameter {parameter.Name} is not a valid API key entry. Store the entry exactly as 'keys new' prints it.");
        }
    }
}
