using EventTracking.Api.Authorization;
using EventTracking.Core.Backends;
using EventTracking.Testing.Files;
using Microsoft.Extensions.Options;

namespace EventTracking.Tests.Api.Authorization;

public sealed class KeyConfigurationTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Production")]
    [InlineData("Staging")]
    public async Task A_start_without_keys_is_refused_with_the_way_out(string environment)
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => ApiFixture.StartAsync(environment, withKeys: false));

        Assert.Contains("keys new", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Name", "")]
    [InlineData("Name", null)]
    [InlineData("Role", null)]
    [InlineData("Hash", null)]
    [InlineData("Role", "admin")]
    [InlineData("Role", "")]
    [InlineData("Hash", "abc")]
    [InlineData("Hash", "")]
    [InlineData("Hash", "zz5c09dfedc50f4966153b4a51607e8603540b921e3a4d2b8abfbc12126a5443")]
    public async Task A_start_with_an_unusable_key_is_refused_and_the_fault_named(string setting, string? value)
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(
            () => ApiFixture.StartAsync(settings: new() { [$"EventTracking:ApiKeys:1:{setting}"] = value }));

        Assert.Contains($"EventTracking:ApiKeys:1:{setting} must ", refused.Message, StringComparison.Ordinal);
        Assert.True(setting != "Hash" || string.IsNullOrEmpty(value) || !refused.Message.Contains($"'{value}'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_data_folder_that_cannot_hold_the_key_is_named_with_the_way_out()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "file");
        await File.WriteAllTextAsync(file, "", Cancel);

        foreach (var path in (string[])[file, Path.Combine(file, "data")])
        {
            var refused = await Assert.ThrowsAsync<BackendException>(() => ApiFixture.StartAsync("Development", new() { ["EventTracking:DataPath"] = path }, withKeys: false));

            Assert.Contains($"'{path}'", refused.Message, StringComparison.Ordinal);
            Assert.Contains("EventTracking:DataPath", refused.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("no JSON")]
    public async Task Hashes_of_keys_that_cannot_be_read_are_named_with_the_way_out(string content)
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "keys.json");
        await File.WriteAllTextAsync(file, content, Cancel);

        var refused = await Assert.ThrowsAsync<BackendException>(() => ApiFixture.StartAsync("Development", new() { ["EventTracking:DataPath"] = folder.Path }, withKeys: false));

        Assert.Contains(file, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_start_in_Development_makes_an_operator_key_and_later_starts_keep_it()
    {
        using var folder = new TemporaryFolder();
        var settings = new Dictionary<string, string?> { ["EventTracking:DataPath"] = folder.Path };
        var keyFile = Path.Combine(folder.Path, "operator.key");
        string key;
        await using (var first = await ApiFixture.StartAsync("Development", settings, withKeys: false))
        {
            key = (await File.ReadAllTextAsync(keyFile, Cancel)).Trim();
            Assert.Matches("^et_[A-Za-z0-9_-]{43}$", key);
            Assert.Contains(keyFile, first.Logs.Text, StringComparison.Ordinal);
            Assert.DoesNotContain(key, first.Logs.Text, StringComparison.Ordinal);
            await AssertOpensAsync(first, key);
        }

        await using var second = await ApiFixture.StartAsync("Development", settings, withKeys: false);

        Assert.Equal(key, (await File.ReadAllTextAsync(keyFile, Cancel)).Trim());
        await AssertOpensAsync(second, key);
        AssertOwnerOnly(keyFile);
    }

    [Fact]
    public async Task The_key_of_Development_opens_nothing_elsewhere()
    {
        using var folder = new TemporaryFolder();
        var settings = new Dictionary<string, string?> { ["EventTracking:DataPath"] = folder.Path };
        await using (await ApiFixture.StartAsync("Development", settings, withKeys: false))
        {
        }

        await using var production = await ApiFixture.StartAsync("Production", settings);
        using var client = production.Client((await File.ReadAllTextAsync(Path.Combine(folder.Path, "operator.key"), Cancel)).Trim());
        using var response = await client.GetAsync("/events", Cancel);

        await response.AssertProblemAsync(System.Net.HttpStatusCode.Unauthorized, "api-key-required");
    }

    private static async Task AssertOpensAsync(ApiFixture api, string key)
    {
        using var client = api.Client(key);
        using var response = await client.GetAsync("/events", Cancel);
        response.EnsureSuccessStatusCode();
    }

    private static void AssertOwnerOnly(string file)
    {
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }
}
