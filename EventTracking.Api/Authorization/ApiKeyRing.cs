using System.Security.Claims;
using System.Security.Cryptography;
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
        var faults = entries.SelectMany((entry, index) => Validate(entry, HashAt(index)).Select(fault => $"{ApiKeyEntry.Section}:{index} {fault}"));
        if (faults.ToArray() is { Length: > 0 } found)
        {
            throw new OptionsValidationException(ApiKeyEntry.Section, typeof(ApiKeyEntry), found);
        }

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

    private static List<string> Validate(ApiKeyEntry entry, Span<byte> hash)
    {
        List<string> faults = [];
        if (string.IsNullOrWhiteSpace(entry.Name))
        {
            faults.Add("must have a Name.");
        }

        if (!Roles.IsKnown(entry.Role))
        {
            faults.Add($"must have the Role '{Roles.Viewer}' or '{Roles.Operator}', but has '{entry.Role}'.");
        }

        if (Convert.FromHexString(entry.Hash ?? "", hash, out _, out var written) != System.Buffers.OperationStatus.Done || written != ApiKey.HashLength)
        {
            faults.Add("must have a Hash of 64 hex digits.");
        }

        return faults;
    }

    private Span<byte> HashAt(int index) => hashes.AsSpan(index * ApiKey.HashLength, ApiKey.HashLength);
}
