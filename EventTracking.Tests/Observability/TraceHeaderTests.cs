using System.Diagnostics;
using EventTracking.Core.Observability;

namespace EventTracking.Tests.Observability;

public sealed class TraceHeaderTests
{
    private const string Header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

    [Theory]
    [InlineData(Header)]
    [InlineData("Sampled=1; Parent=53995c3f42cd8ad8 ;Lineage=a87bd80c:1|68fd508a:5; Root=1-5759e988-bd862e3fe1be46a994272793;Self=1-67891234-12456789abcdef012345678")]
    public void Reads_what_it_knows_in_any_order(string header)
    {
        var context = TraceHeader.Read(header);

        Assert.Equal("5759e988bd862e3fe1be46a994272793", context.TraceId.ToHexString());
        Assert.Equal("53995c3f42cd8ad8", context.SpanId.ToHexString());
        Assert.Equal((ActivityTraceFlags.Recorded, true), (context.TraceFlags, context.IsRemote));
        Assert.Equal(Header, TraceHeader.Write(context));
    }

    [Theory]
    [InlineData("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0")]
    [InlineData("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8")]
    [InlineData("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=?")]
    public void Only_one_is_sampled(string header) => Assert.Equal(ActivityTraceFlags.None, TraceHeader.Read(header).TraceFlags);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(";;=;Root")]
    [InlineData("Root=1-5759e988-bd862e3fe1be46a994272793")]
    [InlineData("Root=1-5759e988-bd862e3fe1be46a99427279;Parent=53995c3f42cd8ad8")]
    [InlineData("Root=1-5759e988-bd862e3fe1be46a99427279g;Parent=53995c3f42cd8ad8")]
    [InlineData("Root=2-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8")]
    [InlineData("Root=1-5759e988xbd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8")]
    [InlineData("Root=1-00000000-000000000000000000000000;Parent=0000000000000000")]
    public void What_names_no_trace_and_parent_is_none(string? header) => Assert.Equal(default, TraceHeader.Read(header));
}
