using System.Text.RegularExpressions;
using EventTracking.Api.Authorization;
using EventTracking.Api.Commands;

namespace EventTracking.Tests.Api.Commands;

public sealed partial class CommandLineTests : IDisposable
{
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();

    [Theory]
    [InlineData]
    [InlineData("serve")]
    [InlineData("serve", "--urls", "http://localhost:1")]
    [InlineData("--EventTracking:DataPath=/tmp")]
    public async Task Serving_is_the_default(params string[] args) => Assert.Null(await CommandLine.RunAsync(args, output, error));

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("help")]
    [InlineData("keys", "new", "--help")]
    [InlineData("provision", "--help")]
    public async Task Help_tells_the_commands(params string[] args)
    {
        Assert.Equal(0, await CommandLine.RunAsync(args, output, error));
        Assert.Contains("keys new --name", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("keys", "new", "--name", "kim", "--role", "operator")]
    [InlineData("keys", "new", "--role", "operator", "--name", "kim")]
    public async Task A_new_key_is_shown_once_with_the_entry_that_accepts_it(params string[] args)
    {
        Assert.Equal(0, await CommandLine.RunAsync(args, output, error));

        var key = KeyPattern().Match(output.ToString()).Value;
        Assert.Equal(ApiKey.Length, key.Length);
        Assert.Contains($$"""{ "Name": "kim", "Role": "operator", "Hash": "{{ApiKey.HashText(key)}}" }""", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("start")]
    [InlineData("keys")]
    [InlineData("provision", "everything")]
    [InlineData("keys", "new", "--name", "kim", "--role", "admin")]
    [InlineData("keys", "new", "--name", "", "--role", "viewer")]
    [InlineData("keys", "new", "--name", "a\"b", "--role", "viewer")]
    public async Task What_is_no_command_is_answered_with_the_usage(params string[] args)
    {
        Assert.Equal(2, await CommandLine.RunAsync(args, output, error));
        Assert.Contains("Usage:", error.ToString(), StringComparison.Ordinal);
        Assert.Empty(output.ToString());
    }

    public void Dispose()
    {
        output.Dispose();
        error.Dispose();
    }

    [GeneratedRegex("et_[A-Za-z0-9_-]{43}")]
    private static partial Regex KeyPattern();
}
