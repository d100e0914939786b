using System.Net;

namespace EventTracking.Tests.Api.Catalog;

/// <summary>The routes of imports of the whole catalog. Nothing answers the calls of this service, so an import stays in its first step.</summary>
public sealed class CatalogImportTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_second_request_gets_the_import_that_is_running_and_one_after_its_end_starts_another()
    {
        await using var api = await ApiFixture.StartAsync();

        using var first = await api.Operator.PostAsync("/catalog/imports", Body.Json("{}"), Cancel);
        using var second = await api.Operator.PostAsync("/catalog/imports", content: null, Cancel);

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Accepted), (first.StatusCode, second.StatusCode));
        Assert.Equal("/catalog/imports/1", first.Headers.Location?.ToString());
        var shown = await second.ReadJsonAsync();
        Assert.Equal(("1", "running", "reading-brightpearl"), (shown.GetProperty("id").GetString(), shown.GetProperty("state").GetString(), shown.GetProperty("phase").GetString()));
        var step = await (await api.Viewer.GetAsync($"/events/{shown.GetProperty("eventId").GetString()}", Cancel)).ReadJsonAsync();
        Assert.Equal(("catalog-import", "catalog-import-1"), (step.GetProperty("function").GetString(), step.GetProperty("correlationId").GetString()));

        using var cancelled = await api.Operator.DeleteAsync("/catalog/imports/1", Cancel);
        Assert.Equal("cancelled", (await cancelled.ReadJsonAsync()).GetProperty("state").GetString());
        using var third = await api.Operator.PostAsync("/catalog/imports", Body.Json("{}"), Cancel);
        Assert.Equal("2", (await third.ReadJsonAsync()).GetProperty("id").GetString());
        Assert.Equal("2", (await (await api.Viewer.GetAsync("/catalog/imports", Cancel)).ReadJsonAsync()).GetProperty("id").GetString());
        Assert.Equal("cancelled", (await (await api.Viewer.GetAsync("/catalog/imports/1", Cancel)).ReadJsonAsync()).GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_start_and_a_cancellation_may_have_a_reason_which_the_import_shows()
    {
        await using var api = await ApiFixture.StartAsync();
        var tooLong = new string('x', 201);

        await (await api.Operator.PostAsync("/catalog/imports", Body.Json($$"""{"reason":"{{tooLong}}"}"""), Cancel)).AssertInvalidAsync("reason");
        await (await api.Operator.PostAsync("/catalog/imports", Body.Json("""{"reasn":"new catalog"}"""), Cancel)).AssertProblemAsync(HttpStatusCode.BadRequest, "malformed-request");
        using var started = await api.Operator.PostAsync("/catalog/imports", Body.Json("""{"reason":"new catalog"}"""), Cancel);
        await (await api.Operator.DeleteAsync($"/catalog/imports/1?reason={tooLong}", Cancel)).AssertInvalidAsync("reason");
        using var cancelled = await api.Operator.DeleteAsync("/catalog/imports/1?reason=wrong%20account", Cancel);

        var (first, last) = (await started.ReadJsonAsync(), await cancelled.ReadJsonAsync());
        Assert.Equal(("otto", "new catalog", null), (first.GetProperty("startedBy").GetString(), first.GetProperty("startReason").GetString(), first.GetProperty("cancelledBy").GetString()));
        Assert.Equal(
            ("otto", "new catalog", "otto", "wrong account"),
            (last.GetProperty("startedBy").GetString(), last.GetProperty("startReason").GetString(), last.GetProperty("cancelledBy").GetString(), last.GetProperty("cancelReason").GetString()));
    }

    [Fact]
    public async Task An_import_that_there_is_not_is_not_found()
    {
        await using var api = await ApiFixture.StartAsync();

        await (await api.Viewer.GetAsync("/catalog/imports", Cancel)).AssertProblemAsync(HttpStatusCode.NotFound, "catalog-import-not-found");
        await (await api.Viewer.GetAsync("/catalog/imports/1", Cancel)).AssertProblemAsync(HttpStatusCode.NotFound, "catalog-import-not-found");
        await (await api.Operator.DeleteAsync("/catalog/imports/1", Cancel)).AssertProblemAsync(HttpStatusCode.NotFound, "catalog-import-not-found");
        await (await api.Viewer.GetAsync("/catalog/imports/x", Cancel)).AssertInvalidAsync("id");
        await (await api.Operator.PostAsync("/catalog/imports?force=true", Body.Json("{}"), Cancel)).AssertInvalidAsync("force");
    }

    [Fact]
    public async Task Only_an_operator_starts_or_cancels_an_import()
    {
        await using var api = await ApiFixture.StartAsync();

        await (await api.Viewer.PostAsync("/catalog/imports", Body.Json("{}"), Cancel)).AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        await (await api.Viewer.DeleteAsync("/catalog/imports/1", Cancel)).AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
    }
}
