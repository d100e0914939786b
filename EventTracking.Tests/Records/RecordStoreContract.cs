using System.Text;
using EventTracking.Core.Records;
using EventTracking.Tests.Backends;

namespace EventTracking.Tests.Records;

/// <summary>How every store of integrations' records behaves.</summary>
public abstract class RecordStoreContract(BackendFixture backend)
{
    private static readonly string[] Versions = ["0a", "0b", "0c"];

    // Each test has its own collections, because listing returns everything in a collection.
    private readonly string collection = Sample.Name("notes");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Finds_what_was_written_with_every_kind_of_value()
    {
        const string json = """{"text":"ä\u0000b","number":9007199254740993,"negative":-1.5,"yes":true,"no":false,"list":[1,"2"],"map":{"inner":3}}""";
        Assert.Null(await FindAsync(7));

        Assert.True(await WriteAsync(7, json, Versions[0], null, "open"));

        var found = await FindAsync(7);
        Assert.Equal((new RecordKey(collection, 7), "open", Versions[0]), (found!.Key, found.Label, found.Version));
        Assert.True(System.Text.Json.Nodes.JsonNode.DeepEquals(System.Text.Json.Nodes.JsonNode.Parse(json), System.Text.Json.Nodes.JsonNode.Parse(found.Json.Span)));
        Assert.Null(await backend.Records.FindAsync(new RecordKey(collection + "x", 7), Cancellation));
    }

    [Fact]
    public async Task Writes_only_over_the_version_that_was_read()
    {
        Assert.False(await WriteAsync(1, "{}", Versions[1], Versions[0]));
        Assert.True(await WriteAsync(1, """{"n":1}""", Versions[0], null));
        Assert.False(await WriteAsync(1, """{"n":2}""", Versions[1], null));
        Assert.False(await WriteAsync(1, """{"n":3}""", Versions[1], Versions[2]));
        Assert.Equal("""{"n":1}""", await JsonAsync(1));

        Assert.True(await WriteAsync(1, """{"n":4}""", Versions[1], Versions[0]));
        Assert.Equal("""{"n":4}""", await JsonAsync(1));
    }

    [Fact]
    public async Task Of_many_writers_that_read_the_same_one_succeeds()
    {
        Assert.True(await WriteAsync(1, "{}", Versions[0], null));

        var written = await Task.WhenAll(Enumerable.Range(0, 30).Select(number => Task.Run(() => WriteAsync(1, $$"""{"n":{{number}}}""", $"1{number:x3}", Versions[0]), Cancellation)));

        Assert.Single(written, succeeded => succeeded);
        Assert.Equal($$"""{"n":{{Array.IndexOf(written, true)}}}""", await JsonAsync(1));
    }

    [Fact]
    public async Task Deletes_only_the_version_that_was_read()
    {
        Assert.False(await DeleteAsync(1, Versions[0]));
        Assert.True(await WriteAsync(1, "{}", Versions[0], null));
        Assert.False(await DeleteAsync(1, Versions[1]));
        Assert.NotNull(await FindAsync(1));

        Assert.True(await DeleteAsync(1, Versions[0]));
        Assert.Null(await FindAsync(1));
        Assert.True(await WriteAsync(1, "{}", Versions[1], null));
        Assert.False(await DeleteAsync(1, Versions[0]));
    }

    [Fact]
    public async Task Lists_a_collection_in_the_order_of_ids_page_by_page()
    {
        foreach (var id in (long[])[300, -5, long.MaxValue, 17, 16, 0])
        {
            Assert.True(await WriteAsync(id, "{}", Versions[0], null));
        }

        Assert.Equal([-5, 0, 16, 17], await ListAsync(null, null, 4));
        Assert.Equal([300, long.MaxValue], await ListAsync(null, 17, 4));
        Assert.Empty(await ListAsync(null, long.MaxValue, 4));
    }

    [Fact]
    public async Task Lists_a_label_while_records_carry_it()
    {
        Assert.True(await WriteAsync(1, "{}", Versions[0], null, "open"));
        Assert.True(await WriteAsync(2, "{}", Versions[0], null, "closed"));
        Assert.True(await WriteAsync(3, "{}", Versions[0], null));
        Assert.True(await WriteAsync(40, "{}", Versions[0], null, "open"));
        Assert.True(await backend.Records.TryWriteAsync(new RecordData(new RecordKey(collection + "x", 17), "{}"u8.ToArray(), "open", Versions[0]), null, Cancellation));
        Assert.Equal([1, 40], await ListAsync("open", null, 10));
        Assert.Equal([40], await ListAsync("open", 1, 10));

        Assert.True(await WriteAsync(1, "{}", Versions[1], Versions[0]));
        Assert.True(await WriteAsync(2, "{}", Versions[1], Versions[0], "open"));
        Assert.True(await DeleteAsync(40, Versions[0]));
        Assert.Equal([2], await ListAsync("open", null, 10));
        Assert.Empty(await ListAsync("closed", null, 10));
    }

    private Task<RecordData?> FindAsync(long id) => backend.Records.FindAsync(new RecordKey(collection, id), Cancellation);

    private async Task<string> JsonAsync(long id) => Encoding.UTF8.GetString((await FindAsync(id))!.Json.Span);

    private Task<bool> WriteAsync(long id, string json, string version, string? read, string? label = null) =>
        backend.Records.TryWriteAsync(new RecordData(new RecordKey(collection, id), Encoding.UTF8.GetBytes(json), label, version), read, Cancellation);

    private Task<bool> DeleteAsync(long id, string read) => backend.Records.TryDeleteAsync(new RecordKey(collection, id), read, Cancellation);

    private async Task<IEnumerable<long>> ListAsync(string? label, long? after, int limit) =>
        (await backend.Records.ListAsync(collection, label, after, limit, Cancellation)).Select(record => record.Key.Id);
}
