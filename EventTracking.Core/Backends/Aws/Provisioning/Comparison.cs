namespace EventTracking.Core.Backends.Aws.Provisioning;

/// <summary>Collects the attributes in which a resource differs from its definition.</summary>
internal sealed class Comparison
{
    private readonly List<string> differences = [];

    public void Expect(string attribute, string? expected, string? actual)
    {
        if (!string.Equals(expected, actual, StringComparison.Ordinal))
        {
            differences.Add($"{attribute} is {actual ?? "not set"} and should be {expected ?? "not set"}");
        }
    }

    public Finding Conclude(string subject) =>
        differences.Count == 0 ? new Finding.Present(subject) : new Finding.Different(subject, differences);
}
