using System.Text;
using EventTracking.Api.Errors;
using static EventTracking.Tests.Api.Webhooks.Senders.SenderCase;
using static EventTracking.Tests.Api.Webhooks.Senders.SenderRequest;

namespace EventTracking.Tests.Api.Webhooks.Senders;

/// <summary>What Brightpearl sends with the templates that people register.</summary>
internal static class BrightpearlCases
{
    private const string Form = "application/x-www-form-urlencoded";
    private const string OnHandModified = "product.modified.on-hand-modified";

    public static IEnumerable<(string Name, SenderCase Case)> All { get; } =
    [
        ("usual", OnHand(Brightpearl("""{"accountCode":"sandbox","resourceType":"product","id":"2","lifecycleEvent":"modified","fullEvent":"product.modified.on-hand-modified","raisedOn":"2026-11-29T17:27:57Z","brightpearlVersion":"4.23.1"}"""))),
        .. Templates,
        .. Ids,
        .. Forms,
        .. Unclear,
        .. Accounts,
        .. Transports,
    ];

    private static IEnumerable<(string Name, SenderCase Case)> Templates =>
    [
        ("a full event that was not rendered", OnHand(Brightpearl("""{"accountCode":"sandbox","resourceType":"product","id":"2","lifecycleEvent":"modified","resourceSpecifier":"on-hand-modified","fullEvent":"${full-event}","raisedOn":"2026-11-29T17:27:57Z"}"""))),
        ("no full event", Modified(Brightpearl("""{"account": "sandbox", "lifecycle_event": "modified", "resource_type": "product", "id": "2" }"""))),
        ("a specifier that was not rendered", Modified(Brightpearl("""{"resourceType":"product","id":"2","lifecycleEvent":"modified","resourceSpecifier":"${resource-specifier}"}"""))),
        ("a specifier that is empty", Modified(Brightpearl("""{"resourceType":"product","id":"2","lifecycleEvent":"modified","resourceSpecifier":""}"""))),
        ("names with hyphens", OnHand(Brightpearl("""{"account-code":"sandbox","resource-type":"product","resource-id":"2","lifecycle-event":"modified","resource-specifier":"on-hand-modified"}"""))),
        ("names with spaces", OnHand(Brightpearl("""{"Account Code":"sandbox","Resource Type":"product","Resource ID":2,"Full Event":"product.modified.on-hand-modified"}"""))),
        ("names in upper case", OnHand(Brightpearl("""{"RESOURCE_ID":"2","FULL_EVENT":"PRODUCT.MODIFIED.ON-HAND-MODIFIED"}"""))),
        ("the whole event as its type", OnHand(Brightpearl("""{"resource_type":"product","event_type":"product.modified.on-hand-modified","resource_id":"2"}"""))),
        ("the whole event without a type", OnHand(Brightpearl("""{"event":"product.modified.on-hand-modified","id":"2"}"""))),
        ("an id of the message beside the resource's", OnHand(Brightpearl("""{"id":"c0ffee","resourceId":"2","fullEvent":"product.modified.on-hand-modified"}"""))),
        ("a byte order mark", OnHand(Brightpearl([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(One("2"))]))),
        ("a trailing comma", OnHand(Brightpearl("""{"id":"2","fullEvent":"product.modified.on-hand-modified",}"""))),
        ("comments", OnHand(Brightpearl("/* stock */ " + One("2")))),
        ("members that nobody knows", OnHand(Brightpearl("""{"token":"t","nested":{"id":5},"flag":true,"id":"2","fullEvent":"product.modified.on-hand-modified"}"""))),
        ("no content type", OnHand(Brightpearl(One("2")).Without("Content-Type"))),
    ];

    private static IEnumerable<(string Name, SenderCase Case)> Ids =>
    [
        ("an id as a number", OnHand(Brightpearl("""{"id":2,"fullEvent":"product.modified.on-hand-modified"}"""))),
        ("an id in an array", OnHand(Brightpearl("""{"id":[2],"fullEvent":"product.modified.on-hand-modified"}"""))),
        ("an id as text in an array", OnHand(Brightpearl("""{"ids":["2"],"fullEvent":"product.modified.on-hand-modified"}"""))),
        ("the same id twice", OnHand(Brightpearl("""{"id":[2,"2"],"fullEvent":"product.modified.on-hand-modified"}"""))),
        ("ranges", Set(Brightpearl(One("11-15,99,202")))),
        ("ids in an array", Set(Brightpearl("""{"id":[11,12,13],"fullEvent":"product.modified.on-hand-modified"}"""))),
        ("id sets in an array", Set(Brightpearl("""{"resource_ids":["11-13",15,"17, 19"],"fullEvent":"product.modified.on-hand-modified"}"""))),
        ("an array in an array", BadSet(Brightpearl("""{"id":[1,[2]],"fullEvent":"product.modified.on-hand-modified"}"""))),
        ("an object in an array", BadSet(Brightpearl("""{"id":[1,{"id":2}],"fullEvent":"product.modified.on-hand-modified"}"""))),
        ("text that is no id", BadSet(Brightpearl(One("mug")))),
        ("an id of zero", BadSet(Brightpearl(One("0")))),
        ("a range that runs backwards", BadSet(Brightpearl(One("9-1")))),
        ("a huge id", BadSet(Brightpearl(One("99999999999999999999")))),
        ("the largest id", OnHand(Brightpearl(One("9223372036854775807"))) with { Entity = "product:9223372036854775807" }),
        ("a range without an end", Fails(Brightpearl(One("1-999999999")), "fan-out", OnHandModified, "payload/id-set-too-large")),
    ];

    private static IEnumerable<(string Name, SenderCase Case)> Forms =>
    [
        ("a form", Modified(Brightpearl("token=abc&resource_id=2&resource_type=product&event_type=modified&account_code=sandbox", Form))),
        ("a form that says it is JSON", Modified(Brightpearl("token=abc&resource_id=2&resource_type=product&event_type=modified&account_code=sandbox"))),
        ("a form with escapes", OnHand(Brightpearl("Full+Event=product%2Emodified.on-hand-modified&id=+2+&raisedOn=2026-11-29T17%3A27%3A57%2B00%3A00", Form))),
        ("a form with a list", Set(Brightpearl("id[]=11&id[]=12&id%5B%5D=13-15&fullEvent=product.modified.on-hand-modified", Form))),
        ("a form with an event that was not rendered", Modified(Brightpearl("resource_id=2&resource_type=product&event_type=modified&full_event=%24%7Bfull-event%7D", Form))),
        ("JSON that says it is a form", OnHand(Brightpearl(One("2"), Form))),
        ("a form with a byte order mark", OnHand(Brightpearl([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes("id=2&fullEvent=product.modified.on-hand-modified")], Form))),
        ("a form with what is no escape", OnHand(Brightpearl("%ff=%zz&&=&x&id=2&fullEvent=product.modified.on-hand-modified", Form))),
    ];

    private static IEnumerable<(string Name, SenderCase Case)> Unclear =>
    [
        ("no body", NotUnderstood(Brightpearl((byte[]?)null))),
        ("an empty body", NotUnderstood(Brightpearl([]))),
        ("an empty object", NotUnderstood(Brightpearl("{}"))),
        ("no JSON and no form", NotUnderstood(Brightpearl("stock changed"))),
        ("null", NotUnderstood(Brightpearl("null"))),
        ("an array of messages", NotUnderstood(Brightpearl($"[{One("2")}]"))),
        ("invalid UTF-8", NotUnderstood(Brightpearl([0xFF, 0xFE, 0xC3, 0x28]))),
        ("UTF-16", NotUnderstood(Brightpearl(Encoding.Unicode.GetBytes(One("2"))))),
        ("deep nesting", NotUnderstood(Brightpearl(new string('[', 100_000)))),
        ("an id alone", NotUnderstood(Brightpearl("""{"id":"2"}"""))),
        ("a type alone", NotUnderstood(Brightpearl("""{"id":"2","resourceType":"product"}""")) with { Entity = "product:2" }),
        ("nothing rendered", NotUnderstood(Brightpearl("""{"resourceType":"${resource-type}","id":"${resource-id}","fullEvent":"${full-event}"}"""))),
        ("an event without ids", NoIds(Brightpearl("""{"fullEvent":"product.modified.on-hand-modified"}"""))),
        ("ids that were not rendered", NoIds(Brightpearl("""{"id":"${resource-id}","fullEvent":"product.modified.on-hand-modified"}"""))),
        ("ids that are null", NoIds(Brightpearl("""{"id":null,"fullEvent":"product.modified.on-hand-modified"}"""))),
        ("an empty array of ids", NoIds(Brightpearl("""{"id":[],"fullEvent":"product.modified.on-hand-modified"}"""))),
        ("an id set without quotes", NoIds(Brightpearl("""{"fullEvent":"product.modified.on-hand-modified","id":1-5,99}"""))),
        ("a resource that nobody handles", Ignored(Brightpearl("""{"resourceType":"goods-out-note","id":"12","fullEvent":"goods-out-note.created"}"""), "goods-out-note.created", "No function handles the topic 'goods-out-note.created' of 'brightpearl'.")),
        ("an event of any length", NotUnderstood(Brightpearl($$"""{"id":"12","fullEvent":"{{new string('t', 6000)}}"}"""))),
        ("more ids than are read", Fails(Brightpearl($$"""{"id":"{{string.Join(',', Enumerable.Repeat("2", 20_000))}}","fullEvent":"product.modified.on-hand-modified"}"""), "fan-out", "product.modified.on-hand-modified", "payload/id-set-too-large")),
    ];

    private static IEnumerable<(string Name, SenderCase Case)> Accounts =>
    [
        ("our account in upper case", OnHand(Brightpearl("""{"accountCode":"SANDBOX","id":"2","fullEvent":"product.modified.on-hand-modified"}"""))),
        ("an account that was not rendered", OnHand(Brightpearl("""{"accountCode":"${account-code}","id":"2","fullEvent":"product.modified.on-hand-modified"}"""))),
        ("another account", OtherAccount(Brightpearl("""{"accountCode":"acme","id":"2","fullEvent":"product.modified.on-hand-modified"}"""))),
        ("another account and several products", OtherAccount(Brightpearl("""{"account":"acme","id":"1-5","fullEvent":"product.modified.on-hand-modified"}"""))),
        ("another account in a form", OtherAccount(Brightpearl("account_code=acme&id=2&fullEvent=product.modified.on-hand-modified", Form))),
        ("another account of any length", Fails(Brightpearl($$"""{"account":"{{new string('a', 6000)}}","id":"2","fullEvent":"product.modified.on-hand-modified"}"""), "unrouted", "product.modified.on-hand-modified", "payload/too-long")),
    ];

    private static IEnumerable<(string Name, SenderCase Case)> Transports =>
    [
        ("PUT", OnHand(Brightpearl(Encoding.UTF8.GetBytes(One("2")), method: "PUT"))),
        ("POST with its fields in the query", Query("POST")),
        ("PUT with its fields in the query", Query("PUT")),
        ("a body and a query, of which the body counts", OnHand(Brightpearl(Encoding.UTF8.GetBytes(One("2")), query: "?id=7&fullEvent=product.created"))),
        ("chunks", OnHand(Brightpearl(One("2")) with { IsChunked = true })),
        ("a body that waits for its leave", OnHand(Brightpearl(One("2")).With("Expect", "100-continue"))),
        ("an encoded key", OnHand(Brightpearl(One("2")).To($"/webhooks/brightpearl/%{(int)ApiFixture.BrightpearlKey[0]:x2}{ApiFixture.BrightpearlKey[1..]}"))),
        ("a trailing slash", OnHand(Brightpearl(One("2")).To($"/webhooks/brightpearl/{ApiFixture.BrightpearlKey}/"))),
        ("another key", NotAuthentic(Brightpearl(One("2")).To("/webhooks/brightpearl/another"))),
        ("a key in upper case", NotAuthentic(Brightpearl(One("2")).To($"/webhooks/brightpearl/{ApiFixture.BrightpearlKey.ToUpperInvariant()}"))),
        ("a key in other letters", NotAuthentic(Brightpearl(One("2")).To("/webhooks/brightpearl/%C3%BC%E2%82%AC"))),
        ("no key", Refused(Brightpearl(One("2")).To("/webhooks/brightpearl"), ProblemTypes.RouteNotFound)),
        ("an empty key", Refused(Brightpearl(One("2")).To("/webhooks/brightpearl/"), ProblemTypes.RouteNotFound)),
        ("a key and more", Refused(Brightpearl(One("2")).To($"/webhooks/brightpearl/{ApiFixture.BrightpearlKey}/more"), ProblemTypes.RouteNotFound)),
        ("GET", Refused(Brightpearl((byte[]?)null, query: "?id=2&fullEvent=product.modified", method: "GET"), ProblemTypes.MethodNotAllowed)),
        ("DELETE", Refused(Brightpearl((byte[]?)null, method: "DELETE"), ProblemTypes.MethodNotAllowed)),
        ("PATCH", Refused(Brightpearl(One("2")) with { Method = "PATCH" }, ProblemTypes.MethodNotAllowed)),
        ("HEAD", Refused(Brightpearl((byte[]?)null, method: "HEAD"), ProblemTypes.MethodNotAllowed)),
        ("OPTIONS", Refused(Brightpearl((byte[]?)null, method: "OPTIONS"), ProblemTypes.MethodNotAllowed)),
    ];

    private static string One(string ids) => $$"""{"id":"{{ids}}","fullEvent":"product.modified.on-hand-modified"}""";

    private static SenderCase Query(string method)
    {
        const string query = "accountCode=sandbox&fullEvent=product.modified.on-hand-modified&id=2&raisedOn=2026-11-29T17%3A27%3A57Z";
        return OnHand(Brightpearl((byte[]?)null, query: $"?{query}", method: method).Without("Content-Type")) with { Payload = Encoding.UTF8.GetBytes(query) };
    }

    /// <summary>A change of product 2 whose specifier is unknown. That it is read is tested here, which function it goes to elsewhere.</summary>
    private static SenderCase Modified(SenderRequest request) => new(request, 202) { Topic = "product.modified", Entity = "product:2" };

    private static SenderCase NotUnderstood(SenderRequest request) => Fails(request, "fan-out", "unknown", "payload/not-understood");

    private static SenderCase NoIds(SenderRequest request) => Fails(request, "fan-out", OnHandModified, "payload/no-ids");

    private static SenderCase BadSet(SenderRequest request) => Fails(request, "fan-out", OnHandModified, "payload/invalid-id-set");

    private static SenderCase OtherAccount(SenderRequest request) => Ignored(request, OnHandModified, "other-account: ");

    private static SenderCase NotAuthentic(SenderRequest request) => Refused(request, ProblemTypes.NotAuthentic);
}
