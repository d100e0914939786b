using System.Net;
using System.Text;
using EventTracking.Core.Observability;
using EventTracking.Core.Secrets;
using EventTracking.Stock.Connectors;

namespace EventTracking.Tests.Stock.Connectors;

public sealed class ConnectorFailuresTests
{
    [Fact]
    public void What_the_other_side_said_is_masked_before_it_is_cut()
    {
        const string secret = "planted-secret-value";
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://example.com/path");
        using var response = new HttpResponseMessage(HttpStatusCode.BadRequest);
        var failures = new ConnectorFailures("shopify", request, new SecretRedactor([secret]));

        var failure = failures.Refused(response, RemoteBody.Read(Encoding.UTF8.GetBytes(new string('x', 290) + secret + new string('y', 300))), StatusRules.Of(400), null);

        var said = Assert.IsType<HttpRequestException>(failure.InnerException).Message;
        Assert.EndsWith("x***yyyyyyy", said, StringComparison.Ordinal);
    }
}
