namespace EventTracking.Testing.Aws.Emulators;

/// <summary>Lets every AWS client of the process find the emulators through the standard environment variables, so a product under test is configured as in production.</summary>
internal static class EmulatorAddress
{
    public const string Variable = "AWS_ENDPOINT_URL";

    /// <summary>What a process needs to find emulators.</summary>
    public static Dictionary<string, string?> EnvironmentFor(Uri address) => new()
    {
        [Variable] = address.GetLeftPart(UriPartial.Authority),
        ["AWS_REGION"] = "us-east-1",
        ["AWS_ACCESS_KEY_ID"] = "test",
        ["AWS_SECRET_ACCESS_KEY"] = "hush-aws-secret-access-key",
        ["AWS_EC2_METADATA_DISABLED"] = "true",
    };

    /// <summary>The same for a process that starts with an empty environment, with the emulators that this process uses.</summary>
    public static Dictionary<string, string?> OfThisProcess =>
        EnvironmentFor(new Uri(Environment.GetEnvironmentVariable(Variable)!)).Keys.ToDictionary(name => name, Environment.GetEnvironmentVariable);

    public static void Publish(Uri address)
    {
        foreach (var (name, value) in EnvironmentFor(address))
        {
            if (name == Variable || string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name)))
            {
                Environment.SetEnvironmentVariable(name, value);
            }
        }
    }
}
