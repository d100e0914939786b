using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using EventTracking.Api.WebConsole;
using EventTracking.Testing.Lambda;
using EventTracking.Tests.Hosting.Lambda;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Api.WebConsole;

/// <summary>How the console's files are served.</summary>
[Collection(nameof(LambdaCollection))]
public sealed partial class ConsoleFileTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const int MostBytesOfFirstLoad = 100_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_page_may_run_its_own_scripts_only_and_is_asked_for_again_each_time()
    {
        using var response = await api.Anonymous.GetAsync("/", Cancel);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/html; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("no-cache", response.Headers.CacheControl!.ToString());
        Assert.Equal(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; "
            + "require-trusted-types-for 'script'; trusted-types 'none'",
            Assert.Single(response.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
    }

    [Fact]
    public async Task A_page_that_has_not_changed_is_not_sent_again()
    {
        using var first = await api.Anonymous.GetAsync("/", Cancel);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        using var second = await api.Anonymous.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Empty(await second.Content.ReadAsByteArrayAsync(Cancel));
    }

    /// <summary>A module that the page does not name would be found only after the module that imports it has arrived.</summary>
    [Fact]
    public async Task The_page_names_every_file_and_browsers_keep_them_for_ever()
    {
        var page = await api.Anonymous.GetStringAsync("/", Cancel);
        var named = FileAddress().Matches(page).Select(match => match.Value).ToArray();

        Assert.Equal(api.Services.GetRequiredService<ConsoleFiles>().Names.Order(StringComparer.Ordinal), named.Select(address => address.Split('/')[^1]).Order(StringComparer.Ordinal));
        foreach (var address in named)
        {
            using var response = await api.Anonymous.GetAsync("/" + address, Cancel);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("public, max-age=31536000, immutable", response.Headers.CacheControl!.ToString());
            Assert.Equal(address.EndsWith(".js", StringComparison.Ordinal), response.Content.Headers.ContentType!.MediaType == "text/javascript");
        }
    }

    [Fact]
    public async Task The_first_load_is_small()
    {
        var page = await api.Anonymous.GetStringAsync("/", Cancel);
        var sum = 0;
        foreach (var address in FileAddress().Matches(page).Select(match => match.Value).Prepend(""))
        {
            sum += (await GetCompressedAsync("/" + address)).Length;
        }

        Assert.InRange(sum, 10_000, MostBytesOfFirstLoad);
    }

    [Fact]
    public async Task Callers_that_accept_no_compression_get_the_same_file()
    {
        var plain = await api.Anonymous.GetByteArrayAsync("/", Cancel);

        Assert.Equal(plain, Decompress(await GetCompressedAsync("/")));
    }

    [Theory]
    [InlineData("/console/0123456789ab/main.js")]
    [InlineData("/console/@/main.js")]
    public async Task Files_of_another_version_are_not_there(string path)
    {
        using var response = await api.Anonymous.GetAsync(path, Cancel);

        await response.AssertProblemAsync(HttpStatusCode.NotFound, "route-not-found");
    }

    [Fact]
    public async Task The_console_is_served_on_Lambda_too()
    {
        await using var lambda = await LambdaApp.StartProductAsync();

        var response = await lambda.SendAsync(LambdaEvents.Request("GET", "/").With("accept-encoding", "gzip, br"));

        Assert.Equal(200, response.Status);
        Assert.Equal(await api.Anonymous.GetStringAsync("/", Cancel), Encoding.UTF8.GetString(Decompress(response.Body!)));
    }

    /// <summary>An opened page costs one invocation with an empty response; nothing else is asked for.</summary>
    [Fact]
    public async Task On_Lambda_too_a_second_visit_costs_one_conditional_request()
    {
        await using var lambda = await LambdaApp.StartProductAsync();
        var page = await lambda.SendAsync(LambdaEvents.Request("GET", "/").With("accept-encoding", "gzip"));

        var again = await lambda.SendAsync(LambdaEvents.Request("GET", "/").With("accept-encoding", "gzip").With("if-none-match", page.Headers["etag"]));

        Assert.Equal((304, 0), (again.Status, again.Body?.Length ?? 0));
        var named = FileAddress().Matches(Encoding.UTF8.GetString(Decompress(page.Body!))).Select(match => match.Value).ToArray();
        Assert.NotEmpty(named);
        foreach (var address in named)
        {
            var file = await lambda.SendAsync(LambdaEvents.Request("GET", "/" + address).With("accept-encoding", "gzip"));
            Assert.Equal((200, "public, max-age=31536000, immutable", "gzip"), (file.Status, file.Headers["cache-control"], file.Headers["content-encoding"]));
        }
    }

    [Fact]
    public async Task A_caller_learns_its_own_name_and_role()
    {
        Assert.Equal("viewer", await RoleAsync(api.Viewer));
        Assert.Equal("operator", await RoleAsync(api.Operator));
        using var response = await api.Anonymous.GetAsync("/me", Cancel);
        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "api-key-required");
    }

    private static async Task<string?> RoleAsync(HttpClient client)
    {
        var caller = await client.GetFromJsonAsync<JsonElement>("/me", Cancel);
        Assert.False(caller.GetProperty("sandbox").GetBoolean());
        Assert.False(caller.GetProperty("swagger").GetBoolean());
        return caller.GetProperty("role").GetString();
    }

    private async Task<byte[]> GetCompressedAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        using var response = await api.Anonymous.SendAsync(request, Cancel);
        Assert.Equal("gzip", Assert.Single(response.Content.Headers.ContentEncoding));
        return await response.Content.ReadAsByteArrayAsync(Cancel);
    }

    private static byte[] Decompress(byte[] body)
    {
        using var gzip = new GZipStream(new MemoryStream(body), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        gzip.CopyTo(plain);
        return plain.ToArray();
    }

    [GeneratedRegex("console/[0-9a-f]{12}/[a-z]+\\.[a-z]+")]
    private static partial Regex FileAddress();
}
