using EventTracking.Stock.Connectors;

namespace EventTracking.Tests.Rules.Connectors;

/// <summary>Which failures are tried again, and how long is waited.</summary>
public sealed class StatusRulesTests
{
    [Theory]
    [InlineData(404)]
    [InlineData(408)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    [InlineData(599)]
    public void What_may_be_an_outage_is_tried_again_soon(int status) => AssertRule(status, transient: true, hours: null, isOutage: true);

    [Theory]
    [InlineData(409)]
    [InlineData(418)]
    [InlineData(421)]
    [InlineData(424)]
    [InlineData(425)]
    [InlineData(444)]
    [InlineData(499)]
    public void What_is_not_known_gets_the_benefit_of_the_doubt(int status) => AssertRule(status, transient: true, hours: null, isOutage: false);

    [Theory]
    [InlineData(300)]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    [InlineData(399)]
    [InlineData(401)]
    [InlineData(402)]
    [InlineData(403)]
    [InlineData(407)]
    [InlineData(410)]
    [InlineData(423)]
    [InlineData(430)]
    [InlineData(451)]
    public void What_somebody_has_to_put_right_is_tried_again_after_an_hour(int status) => AssertRule(status, transient: true, hours: 1, isOutage: false);

    [Theory]
    [InlineData(400)]
    [InlineData(405)]
    [InlineData(406)]
    [InlineData(411)]
    [InlineData(413)]
    [InlineData(414)]
    [InlineData(415)]
    [InlineData(417)]
    [InlineData(422)]
    [InlineData(426)]
    [InlineData(428)]
    [InlineData(431)]
    public void A_wrong_request_is_not_repeated(int status) => AssertRule(status, transient: false, hours: null, isOutage: false);

    private static void AssertRule(int status, bool transient, int? hours, bool isOutage)
    {
        var rule = StatusRules.Of(status);

        Assert.Equal(($"http-{status}", transient, hours is { } wait ? TimeSpan.FromHours(wait) : (TimeSpan?)null, isOutage), (rule.Code, rule.Transient, rule.RetryAfter, rule.IsOutage));
    }
}
