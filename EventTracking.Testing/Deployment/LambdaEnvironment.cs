namespace EventTracking.Testing.Deployment;

/// <summary>
/// The environment variables of a function: those of the template and those that Lambda adds.
/// </summary>
internal static class LambdaEnvironment
{
    public static Dictionary<string, string?> Of(Template template, string function, string runtimeApi)
    {
        Dictionary<string, string?> variables = new()
        {
            ["AWS_LAMBDA_RUNTIME_API"] = runtimeApi,
            ["AWS_LAMBDA_FUNCTION_NAME"] = function,
            ["AWS_LAMBDA_FUNCTION_VERSION"] = "$LATEST",
            ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = template.Function["MemorySize"]!.ToString(),
            ["AWS_LAMBDA_INITIALIZATION_TYPE"] = "on-demand",
            ["AWS_LAMBDA_LOG_GROUP_NAME"] = $"/aws/lambda/{function}",
            ["AWS_LAMBDA_LOG_STREAM_NAME"] = "2026/11/23/[$LATEST]0123456789abcdef0123456789abcdef",
            ["_HANDLER"] = "bootstrap",
            ["LANG"] = "en_US.UTF-8",
            ["TZ"] = ":UTC",
            ["PATH"] = "/usr/local/bin:/usr/bin/:/bin:/opt/bin",
        };
        foreach (var (name, value) in template.Settings)
        {
            variables[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        return variables;
    }
}
