using EventTracking.Core.Secrets;
using Microsoft.Extensions.Options;

namespace EventTracking.Api.Observability.Logs;

/// <summary>
/// Writes each log entry as one line of JSON before the caller continues: in Lambda nothing runs after an invocation that could
/// write what is left. Successful events log nothing, so there is little to wait for.
/// </summary>
internal sealed class JsonLineLoggerProvider(TextWriter output, Func<SecretRedactor> secrets, TimeProvider time) : ILoggerProvider, ISupportExternalScope
{
    private SecretRedactor? redactor;

    public TimeProvider Time => time;

    public IExternalScopeProvider? Scopes { get; private set; }

    public ILogger CreateLogger(string categoryName) => new JsonLineLogger(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => Scopes = scopeProvider;

    public void Write(string line) => output.WriteLine(line);

    public string Redact(string text)
    {
        try
        {
            redactor ??= secrets();
            return redactor.Redact(text);
        }
        catch (Exception exception) when (exception is OptionsValidationException or ObjectDisposedException)
        {
            // A value that cannot be used as a secret is not a secret yet.
            return text;
        }
    }

    public void Dispose()
    {
        // The output belongs to the process.
    }
}
