using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using EventTracking.Testing.Lambda;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace EventTracking.Tests.Hosting.Lambda;

/// <summary>What an application sees of a request.</summary>
[SuppressMessage("Reliability", "CA2025", Justification = "All is awaited.")]
[Collection(nameof(LambdaCollection))]
public class LambdaRequestTests
{
    private static readonly byte[] Binary = [.. Enumerable.Range(0, 256).Select(value => (byte)value), 0xff, 0xfe, 0xc3];

    [Theory]
    [InlineData(LambdaEvents.Gateway, "/a%20b/c d/☕", "/a%20b/c d/☕")]
    [InlineData(LambdaEvents.FunctionUrl, "/a%2520b/c%20d/%E2%98%95/e%2Ff", "/a%20b/c d/☕/e%2Ff")]
    public async Task A_path_is_decoded_exactly_once(string domain, string raw, string path)
    {
        await using var app = await EchoAsync(context => context.Request.Path.Value);

        Assert.Equal(path, (await app.SendAsync(LambdaEvents.Request("GET", raw, domain: domain))).Text);
    }

    [Theory]
    [InlineData(LambdaEvents.Gateway, "prod", "/prod/info/x", "/prod|/info/x")]
    [InlineData(LambdaEvents.Gateway, "prod", "/prod", "/prod|")]
    [InlineData(LambdaEvents.Gateway, "in", "/info/x", "|/info/x")]
    [InlineData(LambdaEvents.Gateway, "$default", "/info/x", "|/info/x")]
    [InlineData("api.example.com", "info", "/info/x", "|/info/x")]
    public async Task A_stage_is_the_base_path_on_a_segment_boundary_and_on_the_gateways_own_domain(string domain, string stage, string raw, string expected)
    {
        await using var app = await EchoAsync(context => $"{context.Request.PathBase.Value}|{context.Request.Path.Value}");

        Assert.Equal(expected, (await app.SendAsync(LambdaEvents.Request("GET", raw, domain: domain, stage: stage))).Text);
    }

    [Fact]
    public async Task Repeated_query_keys_and_escapes_come_through_untouched()
    {
        await using var app = await EchoAsync(context => $"{context.Request.QueryString}|{string.Join(';', context.Request.Query["tag"].ToArray())}");

        Assert.Equal("?tag=C%23%20x&tag=a%2Bb&q=1+2|C# x;a+b", (await app.SendAsync(LambdaEvents.Request("GET", "/", "tag=C%23%20x&tag=a%2Bb&q=1+2"))).Text);
    }

    [Theory]
    [InlineData("user-agent", "Mozilla/5.0 (KHTML, like Gecko) Safari")]
    [InlineData("If-Modified-Since", "Wed, 21 Oct 2026 07:28:00 GMT")]
    [InlineData("x-repeated", "one,two")]
    public async Task A_header_value_is_not_split_at_commas(string name, string value)
    {
        await using var app = await EchoAsync(context => string.Join('|', context.Request.Headers[name].ToArray()));

        Assert.Equal(value, (await app.SendAsync(LambdaEvents.Request("GET", "/").With(name, value))).Text);
    }

    [Fact]
    public async Task Repeated_headers_are_still_a_list_to_whoever_reads_one()
    {
        await using var app = await EchoAsync(context => string.Join('|', context.Request.Headers.GetCommaSeparatedValues("x-repeated")));

        Assert.Equal("one|two", (await app.SendAsync(LambdaEvents.Request("GET", "/").With("x-repeated", "one,two"))).Text);
    }

    [Fact]
    public async Task Cookies_come_through()
    {
        await using var app = await EchoAsync(context => $"{context.Request.Cookies["a"]}{context.Request.Cookies["b"]}");
        var request = LambdaEvents.Request("GET", "/");
        request["cookies"] = new JsonArray("a=1", "b=2");

        Assert.Equal("12", (await app.SendAsync(request)).Text);
    }

    [Fact]
    public async Task A_binary_body_comes_through_byte_for_byte_by_stream_and_by_pipe()
    {
        await using var app = await LambdaApp.StartAsync(app =>
        {
            app.MapPost("/stream", async context =>
            {
                using var body = new MemoryStream();
                await context.Request.Body.CopyToAsync(body);
                await context.Response.Body.WriteAsync(body.ToArray());
            });
            app.MapPost("/pipe", async context =>
            {
                await context.Request.BodyReader.CopyToAsync(context.Response.BodyWriter);
            });
        });

        Assert.Equal(Binary, (await app.SendAsync(LambdaEvents.Request("POST", "/stream").WithBody(Binary, "image/webp"))).Body);
        Assert.Equal(Binary, (await app.SendAsync(LambdaEvents.Request("POST", "/pipe").WithBody(Binary, "image/webp"))).Body);
    }

    [Fact]
    public async Task A_body_that_middleware_replaces_is_what_its_reader_reads()
    {
        await using var app = await LambdaApp.StartAsync(app => app.Run(async context =>
        {
            context.Request.Body = new MemoryStream("other"u8.ToArray());
            await context.Request.BodyReader.CopyToAsync(context.Response.BodyWriter);
        }));

        Assert.Equal("other"u8.ToArray(), (await app.SendAsync(LambdaEvents.Request("POST", "/").WithText("one", "text/plain"))).Body);
    }

    [Fact]
    public async Task A_text_body_keeps_its_characters_and_its_length_is_that_of_its_bytes()
    {
        await using var app = await LambdaApp.StartAsync(app => app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            await context.Response.WriteAsync($"{context.Request.ContentLength}|{await reader.ReadToEndAsync()}");
        }));

        Assert.Equal("9|\"☕\"\n\u0001é", Encoding.UTF8.GetString((await app.SendAsync(LambdaEvents.Request("POST", "/").WithText("\"☕\"\n\u0001é", "text/plain"))).Body!));
    }

    [Fact]
    public async Task The_protocol_is_told_and_a_GET_gets_no_length()
    {
        await using var app = await EchoAsync(context => $"{context.Request.Protocol}|{context.Request.Scheme}|{context.Request.Host}|{context.Request.ContentLength}|{context.Request.Headers.ContainsKey("Content-Length")}");

        Assert.Equal($"HTTP/1.1|https|{LambdaEvents.Gateway}||False", (await app.SendAsync(LambdaEvents.Request("GET", "/"))).Text);
    }

    [Fact]
    public async Task The_host_is_the_domain_where_no_header_says_it()
    {
        await using var app = await EchoAsync(context => context.Request.Host.Value);
        var request = LambdaEvents.Request("GET", "/", domain: "api.example.com");
        request["headers"] = null;

        Assert.Equal("api.example.com", (await app.SendAsync(request)).Text);
    }

    [Fact]
    public async Task The_limit_of_a_body_holds_and_can_be_changed_until_it_is_read()
    {
        await using var app = await LambdaApp.StartAsync(app => app.Run(async context =>
        {
            var limit = context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>();
            limit.MaxRequestBodySize = context.Request.Path == "/small" ? 3 : null;
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            Assert.True(limit.IsReadOnly);
            await context.Response.WriteAsync($"{body.Length}");
        }));

        Assert.Equal(413, (await app.SendAsync(LambdaEvents.Request("POST", "/small").WithText("four", "text/plain"))).Status);
        Assert.Equal("4", (await app.SendAsync(LambdaEvents.Request("POST", "/large").WithText("four", "text/plain"))).Text);
    }

    [Theory]
    [InlineData("""{"jwt":{"claims":{"sub":"ann","admin":true},"scopes":["read","write"]}}""", "sub=ann;admin=true;scope=read;scope=write")]
    [InlineData("""{"lambda":{"tenant":"t1","level":3}}""", "tenant=t1;level=3")]
    [InlineData("""{"iam":{"accountId":"1","cognitoIdentity":null,"userArn":"arn:aws:iam::1:user/ann"}}""", "accountId=1;userArn=arn:aws:iam::1:user/ann")]
    public async Task Claims_of_every_kind_of_authorizer_reach_the_user(string authorizer, string claims)
    {
        await using var app = await EchoAsync(context => $"{context.User.Identity!.IsAuthenticated}|{string.Join(';', context.User.Claims.Select(claim => $"{claim.Type}={claim.Value}"))}");

        Assert.Equal($"True|{claims}", (await app.SendAsync(LambdaEvents.Request("GET", "/").WithContext("authorizer", JsonNode.Parse(authorizer)!))).Text);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"lambda":{}}""")]
    public async Task Nobody_is_authenticated_without_a_claim(string authorizer)
    {
        await using var app = await EchoAsync(context => $"{context.User.Identity?.IsAuthenticated}");

        Assert.Equal("False", (await app.SendAsync(LambdaEvents.Request("GET", "/").WithContext("authorizer", JsonNode.Parse(authorizer)!))).Text);
    }

    [Fact]
    public async Task A_client_certificate_is_that_of_the_connection()
    {
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=ann", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(TimeProvider.System.GetUtcNow(), TimeProvider.System.GetUtcNow().AddDays(1));
        await using var app = await EchoAsync(context => $"{context.Connection.ClientCertificate?.Subject}|{context.Connection.RemoteIpAddress}");
        var authentication = new JsonObject { ["clientCert"] = new JsonObject { ["subjectDN"] = "CN=ann", ["validity"] = new JsonObject { ["notAfter"] = "soon" }, ["clientCertPem"] = certificate.ExportCertificatePem() } };

        Assert.Equal("CN=ann|192.0.2.1", (await app.SendAsync(LambdaEvents.Request("GET", "/").WithContext("authentication", authentication))).Text);
        Assert.Equal("|192.0.2.1", (await app.SendAsync(LambdaEvents.Request("GET", "/"))).Text);
    }

    [Fact]
    public async Task Each_request_has_a_scope_of_its_own_that_ends_with_it()
    {
        var scopes = new List<Scope>();
        await using var app = await LambdaApp.StartAsync(
            app => app.MapGet("/", (Scope scope) => scopes.Add(scope)),
            services => Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddScoped<Scope>(services));

        await app.SendAsync(LambdaEvents.Request("GET", "/"));
        await app.SendAsync(LambdaEvents.Request("GET", "/"));

        Assert.NotSame(scopes[0], scopes[1]);
        Assert.True(scopes[0].IsDisposed);
    }

    private static Task<LambdaApp> EchoAsync(Func<HttpContext, string?> tell) => LambdaApp.StartAsync(app => app.Run(context =>
    {
        context.Response.ContentType = "text/plain";
        return context.Response.WriteAsync(tell(context) ?? "");
    }));

    private sealed class Scope : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }
}

/// <summary>These tests run one after the other, because a process has a single environment.</summary>
[CollectionDefinition(nameof(LambdaCollection))]
public sealed class LambdaCollection;
