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
    [InlineData("serve", "--EventTracking:DataPath", "/tmp", "--ENVIRONMENT=Development")]
    [InlineData("--urls=http://*:80")]
    [InlineData("--contentRoot", "/tmp", "--EventTracking:DataPath=/tmp")]
    [InlineData("--Logging:LogLevel:Default=Warning")]
    public async Task Serving_is_the_default_and_takes_settings(params string[] args)
    {
        Assert.Null(await CommandLine.RunAsync(args, output, error));
        Assert.Empty(output.ToString());
        Assert.Empty(error.ToString());
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("help")]
    public async Task Help_lists_the_commands(params string[] args)
    {
        Assert.Equal(0, await CommandLine.RunAsync(args, output, error));
        foreach (var command in (string[])["serve", "keys", "provision", "compact", "restore"])
        {
            Assert.Contains($"  {command} ", output.ToString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("--role", "keys", "new", "--help")]
    [InlineData("--role", "help", "keys", "new")]
    [InlineData("AWS_ENDPOINT_URL", "provision", "--help")]
    [InlineData("--<Section>:<Key>=<value>", "serve", "--help")]
    [InlineData("Nothing is deleted", "restore", "--help")]
    [InlineData("Exit code 0", "help", "restore")]
    public async Task Each_command_has_its_own_help(string contained, params string[] args)
    {
        Assert.Equal(0, await CommandLine.RunAsync(args, output, error));
        Assert.Contains(contained, output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_version_is_shown()
    {
        Assert.Equal(0, await CommandLine.RunAsync(["--version"], output, error));
        Assert.Matches(@"^\d+\.\d+\.\d+", output.ToString());
    }

    [Theory]
    [InlineData("keys", "new", "--name", "kim", "--role", "operator")]
    [InlineData("keys", "new", "--role", "operator", "--name", "kim")]
    [InlineData("keys", "new", "--role=operator", "--name=kim")]
    [InlineData("keys", "new", "--name=kim", "--role", "operator")]
    public async Task A_new_key_is_shown_once_with_the_entry_that_accepts_it(params string[] args)
    {
        Assert.Equal(0, await CommandLine.RunAsync(args, output, error));

        var key = KeyPattern().Match(output.ToString()).Value;
        Assert.Equal(ApiKey.Length, key.Length);
        Assert.Contains($$"""{ "Name": "kim", "Role": "operator", "Hash": "{{ApiKey.HashText(key)}}" }""", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Unknown option '--rol'. Did you mean '--role'?", "keys", "new", "--name", "kim", "--rol", "viewer")]
    [InlineData("Unknown option '--rol'. Did you mean '--role'?", "keys", "new", "--name", "kim", "--rol=viewer")]
    [InlineData("Unknown option '--rloe'. Did you mean '--role'?", "keys", "new", "--name", "kim", "--rloe", "viewer")]
    [InlineData("Unknown option '--rol'.", "--rol")]
    [InlineData("Unknown option '--url'. Did you mean '--urls'?", "serve", "--url", "http://localhost:1")]
    [InlineData("Unknown option '--enviroment'. Did you mean '--environment'?", "provision", "--EventTracking:Backend=Aws", "--enviroment=Development")]
    [InlineData("Unknown option '-x'.", "-x")]
    [InlineData("Unknown command 'start'.", "start")]
    [InlineData("Unknown command 'provison'. Did you mean 'provision'?", "provison")]
    [InlineData("Unknown command 'nw'. Did you mean 'new'?", "keys", "nw")]
    [InlineData("Unexpected argument 'everything'.", "provision", "everything")]
    [InlineData("Unexpected argument 'extra'.", "keys", "new", "extra")]
    [InlineData("Required command was not provided.", "keys")]
    [InlineData("Option '--urls' needs a value.", "serve", "--urls")]
    [InlineData("Option '--role' is required.", "keys", "new", "--name", "kim")]
    [InlineData("--role must be 'viewer' or 'operator', but is 'admin'.", "keys", "new", "--name", "kim", "--role", "admin")]
    [InlineData("Say either --at or --deleted.", "restore")]
    [InlineData("Say either --at or --deleted.", "restore", "--at", "2026-11-23T10:00:00Z", "--deleted")]
    [InlineData("Say either --at or --deleted.", "restore", "--EventTracking:Aws:EventsTable=shop-events")]
    [InlineData("--at must be a time with whole seconds such as 2026-11-23T10:00:00Z, but is 'yesterday'.", "restore", "--at", "yesterday")]
    [InlineData("--at must be a time with whole seconds such as 2026-11-23T10:00:00Z, but is '2026-11-23T10:00:00.5Z'.", "restore", "--at=2026-11-23T10:00:00.5Z")]
    [InlineData("--only must be 'events' or 'records', but is 'payloads'.", "restore", "--deleted", "--only", "payloads")]
    [InlineData("--only must be 'events', 'records', 'payloads' or 'queues', but is 'tables'.", "provision", "--only", "tables")]
    [InlineData("Unknown option '--dryrun'. Did you mean '--dry-run'?", "restore", "--deleted", "--dryrun")]
    [InlineData("Unknown option '--form'.", "restore", "--form", "2026-11-23T10:00:00Z")]
    [InlineData("--name must be 1 to 100 ASCII letters, digits, '-', '_', '.' or '@', but is ''.", "keys", "new", "--name", "", "--role", "viewer")]
    [InlineData("--name must be 1 to 100 ASCII letters, digits, '-', '_', '.' or '@', but is 'a\"b'.", "keys", "new", "--name", "a\"b", "--role", "viewer")]
    public async Task A_command_line_that_cannot_be_followed_is_refused_with_what_is_wrong(string message, params string[] args)
    {
        Assert.Equal(2, await CommandLine.RunAsync(args, output, error));
        Assert.Equal(message, error.ToString().Split(Environment.NewLine)[0]);
        Assert.Contains(" --help' for usage.", error.ToString(), StringComparison.Ordinal);
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
