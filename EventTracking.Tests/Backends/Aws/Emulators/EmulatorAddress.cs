namespace EventTracking.Tests.Backends.Aws.Emulators;

/// <summary>Lets every AWS client of the process find emulators, as every AWS tool takes it: a product under test is told nothing else than in production.</summary>
internal static class EmulatorAddress
{
    public const string Variable = "AWS_ENDPOINT_URL";

    public static void Publish(Uri address)
    {
        Environment.SetEnvironmentVariable(Variable, address.GetLeftPart(UriPartial.Authority));
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["AWS_REGION"] = "us-east-1",
            ["AWS_ACCESS_KEY_ID"] = "test",
            ["AWS_SECRET_ACCESS_KEY"] = "test",
            ["AWS_EC2_METADATA_DISABLED"] = "true",
        })
        {
            if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name)))
            {
                Environment.SetEnvironmentVariable(name, value);
            }
        }
    }
}
