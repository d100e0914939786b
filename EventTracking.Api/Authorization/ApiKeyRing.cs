using System.Security.Claims;
using System.Security.Cryptography;
using EventTracking.Core.Configuration;
using Microsoft.Extensions.Options;

namespace EventTracking.Api.Authorization;

/// <summary>An immutable set of keys and their holders.</summary>
internal sealed class ApiKeyRing
{
    private readonly byte[] hashes;
    private readonly ClaimsPrincipal[] holders;

    /// <exception cref="OptionsValidationException">An entry is not valid; the message names the entry.</exception>
    public ApiKeyRing(IReadOnlyList<ApiKeyEntry> entries)
    {
        hashes = new byte[entries.Count * ApiKey.HashLength];
        var settings = new SettingsValidation(ApiKeyEntry.Section);
        for (var index = 0; index < entries.Count; index++)
        {
            Validate(entries[index], index, HashAt(index), settings);
        }

        settings.ThrowIfInvalid(typeof(ApiKeyEntry));
        holders = [.. entries.Select(ToPrincipal)];
    }

    /// <summary>The holder of the key, or null. Takes the same time for every key, known or not.</summary>
    public ClaimsPrincipal? Find(ReadOnlySpan<char> key)
    {
        Span<byte> hash = stackalloc byte[ApiKey.HashLength];
        if (!ApiKey.TryHash(key, hash))
        {
            return null;
        }

        var found = -1;
        for (var index = 0; index < holders.Length; index++)
        {
            // No early exit: the time taken must not reveal which entry matched.
            if (CryptographicOperations.FixedTimeEquals(hash, HashAt(index)))
            {
                found = index;
            }
        }

        return found < 0 ? null : holders[found];
    }

    private static ClaimsPrincipal ToPrincipal(ApiKeyEntry entry)
    {
        var identity = new ClaimsIdentity(ApiKeyHandler.Scheme);
        identity.AddClaim(new Claim(ClaimTypes.Name, entry.Name));
        identity.AddClaim(new Claim(ClaimTypes.Role, Roles.Viewer));
        if (entry.Role == Roles.Operator)
        {
            identity.AddClaim(new Claim(ClaimTypes.Role, Roles.Operator));
        }

        return new ClaimsPrincipal(identity);
    }

    private static void Validate(ApiKeyEntry entry, int index, Span<byte> hash, SettingsValidation settings)
    {
        settings.Require(!string.IsNullOrWhiteSpace(entry.Name), $"{index}:{nameof(entry.Name)}", "say who holds the key", entry.Name);
        settings.Require(Roles.IsKnown(entry.Role), $"{index}:{nameof(entry.Role)}", $"be '{Roles.Viewer}' or '{Roles.Operator}'", entry.Role);

        // The key itself may have been configured instead of its hash.
        settings.RequireSecret(
            Convert.FromHexString(entry.Hash ?? "", hash, out _, out var written) == System.Buffers.OperationStatus.Done && written == ApiKey.HashLength,
            $"{index}:{nameof(entry.Hash)}",
            "have 64 hex digits, as 'keys new' prints them");
    }

    private Span<byte> HashAt(int index) => hashes.AsSpan(index * ApiKey.HashLength, ApiKey.HashLength);
}
