using EventTracking.Core.Configuration;

namespace EventTracking.Tests.Configuration;

public sealed class SettingsValidationTests
{
    private readonly SettingsValidation settings = new("Section:Part");

    [Fact]
    public void Accepts_both_bounds()
    {
        settings.RequireRange("Number", 1, 1, 100);
        settings.RequireRange("Number", 100, 1, 100);
        settings.RequirePositive("Span", TimeSpan.FromTicks(1), TimeSpan.FromHours(1));
        settings.RequirePositive("Span", TimeSpan.FromHours(1), TimeSpan.FromHours(1));

        Assert.True(settings.Result.Succeeded);
    }

    [Fact]
    public void Reports_all_problems_with_path_range_and_value()
    {
        settings.RequireRange("Number", 101L, 1, 100);
        settings.RequireRange("Span", TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(2), "It is too short.");
        settings.RequirePositive("Positive", 0, 10);
        settings.Require(false, "Text", "be 'a' or 'b'", "c");
        settings.Require(false, "Other", "be set", null);
        settings.RequireAddress("Address", new Uri("http://example.com/"));

        Assert.Equal(
            [
                "Section:Part:Number must be between 1 and 100, but is 101.",
                "Section:Part:Span must be between 00:00:00.1 and 2.00:00:00, but is 00:00:00.05. It is too short.",
                "Section:Part:Positive must be greater than 0 and at most 10, but is 0.",
                "Section:Part:Text must be 'a' or 'b', but is 'c'.",
                "Section:Part:Other must be set, but is not set.",
                "Section:Part:Address must be an absolute https address, but is 'http://example.com/'.",
            ],
            settings.Result.Failures);
    }

    [Fact]
    public void Never_shows_a_secret()
    {
        settings.RequireHeaderSecret("Token", "two words", "the token");
        settings.RequireHeaderSecret("Missing", "", "the token");
        settings.RequireSecrets("Keys", ["long enough", "short"], key => key.Length > 5, "keys of more than 5 characters");
        settings.RequireSecrets("None", [], _ => true, "at least one key");

        Assert.Equal(
            [
                "Section:Part:Token must be the token, in visible ASCII characters without spaces. Its value is a secret and is not shown.",
                "Section:Part:Missing must be the token, but is not set.",
                "Section:Part:Keys must hold keys of more than 5 characters. Its value is a secret and is not shown.",
                "Section:Part:None must hold at least one key, but is not set.",
            ],
            settings.Result.Failures);
    }
}
