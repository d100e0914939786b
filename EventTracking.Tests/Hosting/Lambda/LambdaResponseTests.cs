using System.IO.Compression;
using System.Text;
using System.Text.Json;
using EventTracking.Testing.Lambda;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Hosting.Lambda;

/// <summary>What a caller sees of a response.</summary>
[Collection(nameof(LambdaCollection))]
public class LambdaResponseTests
{
    private static readonly byte[] Binary = [.. Enumerable.Range(0, 256).Select(value => (byte)value), 0xff, 0xfe, 0xc3];

    [Theory]
    [InlineData("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")]
    [InlineData("image/webp")]
    [InlineData("text/plain")]
    [InlineData(null)]
    public async Task A_binary_answer_of_any_type_comes_back_byte_for_byte(string? contentType)
    {
        await using var app = await ResponseAsync(async context =>
        {
            context.Response.ContentType = contentType;
            await context.Response.Body.WriteAsync(Binary);
        });

        var response = await app.SendAsync(LambdaEvents.Request("GET", "/"));

        Assert.True(response.IsBase64);
        Assert.Equal(Binary, response.Body);
    }

    [Fact]
    public async Task Text_is_readable_in_the_answer_and_comes_back_as_it_was()
    {
        const string Text = "{\"a\":\"<☕>\\u0001\"}\r\n\t";
        await using var app = await ResponseAsync(context => context.Response.WriteAsync(Text), "application/problem+json; charset=utf-8");

        var response = await app.SendAsync(LambdaEvents.Request("GET", "/"));

        Assert.False(response.IsBase64);
        Assert.Equal(Text, response.Text);
    }

    [Fact]
    public async Task Five_megabytes_come_through_byte_for_byte_both_ways()
    {
        // Odd lengths, so that every cut also splits a character.
        var text = string.Concat(Enumerable.Repeat("😀", 20_000).Prepend("x").Concat(Enumerable.Range(0, 5 * 1024 * 1024 / 7).Select(number => $"{number % 99991:d5}é")));
        await using var app = await ResponseAsync(context => context.Request.BodyReader.CopyToAsync(context.Response.BodyWriter), "text/plain");

        Assert.Equal(text, (await app.SendAsync(LambdaEvents.Request("POST", "/").WithText(text, "text/plain"))).Text);
    }

    [Fact]
    public async Task An_answer_over_the_limit_becomes_a_clear_error_and_the_next_invocation_works()
    {
        await using var app = await ResponseAsync(
            async context =>
            {
                var size = int.Parse(context.Request.Query["size"]!, System.Globalization.CultureInfo.InvariantCulture);
                for (var written = 0; written < size; written += 65536)
                {
                    await context.Response.Body.WriteAsync(new byte[65536]);
                }
            },
            "image/png");

        // The second one exceeds the limit only as base64.
        foreach (var size in (int[])[20_000_000, 5_000_000])
        {
            var response = await app.SendAsync(LambdaEvents.Request("GET", "/", $"size={size}"));
            Assert.Equal(500, response.Status);
            Assert.Contains("larger than Lambda allows", response.Text, StringComparison.Ordinal);
        }

        Assert.Contains("exceeds the 6291556 bytes", app.Logs.Text, StringComparison.Ordinal);
        Assert.Equal(65536, (await app.SendAsync(LambdaEvents.Request("GET", "/", "size=1"))).Body!.Length);
    }

    [Fact]
    public async Task Cookies_are_set_one_by_one_and_other_values_are_joined()
    {
        await using var app = await ResponseAsync(context =>
        {
            context.Response.Cookies.Append("a", "1");
            context.Response.Cookies.Append("b", "2");
            context.Response.Headers.Append("X-Two", "one");
            context.Response.Headers.Append("X-Two", "two, three");
            context.Response.Headers.Connection = "close";
            return Task.CompletedTask;
        });

        var response = await app.SendAsync(LambdaEvents.Request("GET", "/"));

        Assert.Equal(["a=1; path=/", "b=2; path=/"], response.Cookies);
        Assert.Equal("one,two, three", response.Headers["x-two"]);
        Assert.DoesNotContain("connection", response.Headers.Keys);
        Assert.DoesNotContain("set-cookie", response.Headers.Keys);
    }

    [Fact]
    public async Task Compressed_answers_come_back_compressed()
    {
        var text = new string('x', 10_000);
        await using var app = await LambdaApp.StartAsync(
            app =>
            {
                app.UseResponseCompression();
                app.MapGet("/", () => text);
            },
            services => services.AddResponseCompression(compression => compression.EnableForHttps = true));

        var response = await app.SendAsync(LambdaEvents.Request("GET", "/").With("accept-encoding", "gzip"));

        Assert.Equal("gzip", response.Headers["content-encoding"]);
        await using var gzip = new GZipStream(new MemoryStream(response.Body!), CompressionMode.Decompress);
        using var reader = new StreamReader(gzip);
        Assert.Equal(text, await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("HEAD", 200)]
    [InlineData("GET", 204)]
    [InlineData("GET", 304)]
    public async Task HEAD_and_answers_without_content_have_no_body(string method, int status)
    {
        await using var app = await ResponseAsync(async context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentLength = status == 200 ? 4 : null;
            await context.Response.WriteAsync("text");
        });

        var response = await app.SendAsync(LambdaEvents.Request(method, "/"));

        Assert.Equal(status, response.Status);
        Assert.Null(response.Body);
        Assert.Equal(method == "HEAD" ? "4" : null, response.Headers.GetValueOrDefault("content-length"));
    }

    [Fact]
    public async Task An_empty_answer_has_neither_body_nor_type()
    {
        await using var app = await ResponseAsync(context =>
        {
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        });

        var response = await app.SendAsync(LambdaEvents.Request("GET", "/"));

        Assert.Null(response.Body);
        Assert.Empty(response.Headers);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_error_is_500_and_nothing_of_what_was_written_before_it(bool afterStart)
    {
        await using var app = await ResponseAsync(async context =>
        {
            context.Response.StatusCode = 201;
            context.Response.Headers["X-Half"] = "way";
            await context.Response.Body.WriteAsync("partial"u8.ToArray());
            await (afterStart ? context.Response.Body.FlushAsync() : Task.CompletedTask);
            throw new InvalidOperationException("on its way");
        });

        var response = await app.SendAsync(LambdaEvents.Request("GET", "/"));

        Assert.Equal(500, response.Status);
        Assert.DoesNotContain("X-Half", response.Headers.Keys);
        Assert.DoesNotContain("partial", response.Text, StringComparison.Ordinal);
        Assert.Contains("on its way", app.Logs.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_header_cannot_end_its_line()
    {
        await using var app = await ResponseAsync(context =>
        {
            context.Response.Headers["X-Given"] = "one\r\nX-Added: two";
            return Task.CompletedTask;
        });

        Assert.Equal(500, (await app.SendAsync(LambdaEvents.Request("GET", "/"))).Status);
    }

    [Fact]
    public async Task An_abort_leaves_no_half_answer()
    {
        await using var app = await ResponseAsync(async context =>
        {
            await context.Response.WriteAsync("partial");
            context.Abort();
            Assert.True(context.RequestAborted.IsCancellationRequested);
        });

        Assert.Equal(500, (await app.SendAsync(LambdaEvents.Request("GET", "/"))).Status);
    }

    [Fact]
    public async Task Status_and_headers_stand_once_the_response_has_started()
    {
        var refusals = new List<Exception?>();
        await using var app = await ResponseAsync(async context =>
        {
            await context.Response.WriteAsync("started");
            Assert.True(context.Response.HasStarted);
            refusals.Add(Record.Exception(() => context.Response.StatusCode = 418));
            refusals.Add(Record.Exception(() => context.Response.Headers["X-Late"] = "1"));
            refusals.Add(Record.Exception(() => context.Response.OnStarting(() => Task.CompletedTask)));
        });

        var response = await app.SendAsync(LambdaEvents.Request("GET", "/"));

        Assert.All(refusals, refusal => Assert.IsType<InvalidOperationException>(refusal));
        Assert.Equal(200, response.Status);
        Assert.DoesNotContain("X-Late", response.Headers.Keys);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_waits_for_the_start_runs_last_registered_first_and_with_the_first_flush(bool flush)
    {
        var order = new List<string>();
        await using var app = await ResponseAsync(async context =>
        {
            foreach (var name in (string[])["first", "second"])
            {
                context.Response.OnStarting(() =>
                {
                    order.Add(name);
                    context.Response.Headers[$"X-{name}"] = "1";
                    return Task.CompletedTask;
                });
                context.Response.OnCompleted(() =>
                {
                    order.Add($"completed {name}");
                    return Task.CompletedTask;
                });
            }

            if (flush)
            {
                await context.Response.Body.FlushAsync();
            }

            order.Add("handler");
        });

        var response = await app.SendAsync(LambdaEvents.Request("GET", "/"));
        await app.App.StopAsync(TestContext.Current.CancellationToken);

        Assert.Contains("X-first", response.Headers.Keys);
        Assert.Equal(flush ? ["second", "first", "handler"] : ["handler", "second", "first"], order[..3]);
        Assert.Equal(["completed second", "completed first"], order[3..]);
    }

    [Fact]
    public async Task JSON_and_files_are_written_by_the_frameworks_own_means()
    {
        await using var app = await LambdaApp.StartAsync(app =>
        {
            app.MapGet("/json", context => context.Response.WriteAsJsonAsync(JsonSerializer.SerializeToElement(new { a = new string('x', 100_000) })));
            app.MapGet("/file", context => context.Response.SendFileAsync(typeof(LambdaResponseTests).Assembly.Location));
            app.MapGet("/pipe", async context =>
            {
                "unflushed"u8.CopyTo(context.Response.BodyWriter.GetSpan(9));
                context.Response.BodyWriter.Advance(9);
                Assert.Equal(9, context.Response.BodyWriter.UnflushedBytes);
                await Task.Yield();
            });
        });

        Assert.Equal(100_000, JsonDocument.Parse((await app.SendAsync(LambdaEvents.Request("GET", "/json"))).Body).RootElement.GetProperty("a").GetString()!.Length);
        Assert.Equal(
            await File.ReadAllBytesAsync(typeof(LambdaResponseTests).Assembly.Location, TestContext.Current.CancellationToken),
            (await app.SendAsync(LambdaEvents.Request("GET", "/file"))).Body);
        Assert.Equal("unflushed", Encoding.UTF8.GetString((await app.SendAsync(LambdaEvents.Request("GET", "/pipe"))).Body!));
    }

    [Fact]
    public async Task Middleware_may_put_a_body_of_its_own_in_front()
    {
        await using var app = await ResponseAsync(async context =>
        {
            var original = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
            using var memory = new MemoryStream();
            context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(memory, original));
            await context.Response.WriteAsync("once");
            context.Features.Set(original);
            await context.Response.Body.WriteAsync(memory.ToArray());
        });

        Assert.Equal("once", (await app.SendAsync(LambdaEvents.Request("GET", "/"))).Text);
    }

    private static Task<LambdaApp> ResponseAsync(RequestDelegate answer, string? contentType = null) => LambdaApp.StartAsync(app => app.Run(context =>
    {
        context.Response.ContentType = contentType;
        return answer(context);
    }));
}
