using System.Security.Claims;
using EventTracking.Api.Authorization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventTracking.Tests.Rules.Authorization;

/// <summary>What a key may do.</summary>
public sealed class RoleTests
{
    private const string Viewer = "et_viewer_viewer_viewer_viewer_viewer_viewer_v";
    private const string Operator = "et_operator_operator_operator_operator_operato";

    // Computed apart from the product: sha256sum of each key.
    private static readonly ApiKeyRing Ring = new(
    [
        new ApiKeyEntry { Name = "vera", Role = "viewer", Hash = "057e897596652387542043be90e7fcca5502b0d62b697ad3ffd49f8bd55e87d1" },
        new ApiKeyEntry { Name = "otto", Role = "operator", Hash = "bc2cac6ffcab168492ae4ee018c40efb0b0eeb4348233eb7e7b45d2fba5eb887" },
    ]);

    [Theory]
    [InlineData(Viewer, "vera", true, false)]
    [InlineData(Operator, "otto", true, true)]
    public async Task A_viewer_reads_and_an_operator_also_changes(string key, string name, bool reads, bool changes)
    {
        var holder = Ring.Find(key)!;

        Assert.Equal(name, holder.Identity?.Name);
        Assert.Equal((reads, changes), (await MayAsync(holder, Roles.Viewer), await MayAsync(holder, Roles.Operator)));
    }

    [Fact]
    public async Task Somebody_without_a_key_may_do_neither()
    {
        var nobody = new ClaimsPrincipal(new ClaimsIdentity());

        Assert.Equal((false, false), (await MayAsync(nobody, Roles.Viewer), await MayAsync(nobody, Roles.Operator)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("et_")]
    [InlineData("et_viewer_viewer_viewer_viewer_viewer_viewer_")]
    [InlineData("et_viewer_viewer_viewer_viewer_viewer_viewer_vv")]
    [InlineData("et_viewer_viewer_viewer_viewer_viewer_viewer_w")]
    [InlineData("ET_viewer_viewer_viewer_viewer_viewer_viewer_v")]
    [InlineData("et_viewer_viewer_viewer_viewer_viewer_viewer_ü")]
    public void A_key_that_is_not_known_is_nobodys(string key) => Assert.Null(Ring.Find(key));

    [Theory]
    [InlineData("", "viewer", 64, "EventTracking:ApiKeys:0:Name must say who holds the key, but is ''.")]
    [InlineData("vera", "admin", 64, "EventTracking:ApiKeys:0:Role must be 'viewer' or 'operator', but is 'admin'.")]
    [InlineData("vera", "Viewer", 64, "EventTracking:ApiKeys:0:Role must be 'viewer' or 'operator', but is 'Viewer'.")]
    [InlineData("vera", "viewer", 62, "EventTracking:ApiKeys:0:Hash must have 64 hex digits, as 'keys new' prints them. Its value is a secret and is not shown.")]
    [InlineData("vera", "viewer", 66, "EventTracking:ApiKeys:0:Hash must have 64 hex digits, as 'keys new' prints them. Its value is a secret and is not shown.")]
    public void An_entry_that_cannot_be_used_is_named(string name, string role, int digits, string fault)
    {
        var error = Assert.Throws<OptionsValidationException>(() => new ApiKeyRing([new ApiKeyEntry { Name = name, Role = role, Hash = new string('a', digits) }]));

        Assert.Equal(fault, Assert.Single(error.Failures));
    }

    [Fact]
    public void A_new_key_has_the_form_of_keys_and_is_found_by_its_hash()
    {
        var key = ApiKey.Create();

        Assert.Equal((46, true), (key.Length, key.StartsWith("et_", StringComparison.Ordinal)));
        Assert.NotEqual(key, ApiKey.Create());
        Assert.Equal("otto", new ApiKeyRing([new ApiKeyEntry { Name = "otto", Role = "operator", Hash = ApiKey.HashText(key) }]).Find(key)?.Identity?.Name);
    }

    private static async Task<bool> MayAsync(ClaimsPrincipal holder, string policy)
    {
        await using var services = new ServiceCollection().AddLogging().AddApiKeys().BuildServiceProvider();
        return (await services.GetRequiredService<IAuthorizationService>().AuthorizeAsync(holder, null, policy)).Succeeded;
    }
}
