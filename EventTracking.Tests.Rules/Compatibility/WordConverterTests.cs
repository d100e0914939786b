using System.Text;
using System.Text.Json;
using EventTracking.Core.Compatibility;
using EventTracking.Core.Failures;

namespace EventTracking.Tests.Rules.Compatibility;

/// <summary>Names of enums in records.</summary>
public sealed class WordConverterTests
{
    private static readonly FailureGroup Group = new("2-print", "probe", null, null, new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("\"Snoozed\"")]
    [InlineData("\"12\"")]
    [InlineData("12")]
    public void A_group_in_a_state_of_a_newer_version_can_be_read_and_keeps_it(string state)
    {
        var stored = Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(Group, FailureJson.Default.FailureGroup)).Replace("\"Open\"", state, StringComparison.Ordinal);

        var read = JsonSerializer.Deserialize(stored, FailureJson.Default.FailureGroup)!;
        var known = JsonSerializer.SerializeToUtf8Bytes(read, FailureJson.Default.FailureGroup);
        var kept = Encoding.UTF8.GetString(JsonForm.Keep(Encoding.UTF8.GetBytes(stored), known, JsonSerializer.SerializeToUtf8Bytes(read with { Owner = "ann" }, FailureJson.Default.FailureGroup)));

        Assert.Equal(("unknown", false), (read.State.ToText(), read.IsLoud));
        Assert.Contains(state, kept, StringComparison.Ordinal);
        Assert.Contains("ann", kept, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"Muted\"")]
    [InlineData("\"muted\"")]
    [InlineData("3")]
    public void Names_and_numbers_that_are_known_are_read(string state) =>
        Assert.Equal(TriageState.Muted, JsonSerializer.Deserialize($$"""{"state":{{state}},"fingerprint":"","function":"","first_failed_at":"2026-11-23T10:00:00Z"}""", FailureJson.Default.FailureGroup)!.State);

    [Fact]
    public void Names_are_written_as_before() =>
        Assert.Contains("\"state\":\"Open\"", JsonSerializer.Serialize(Group, FailureJson.Default.FailureGroup), StringComparison.Ordinal);
}
