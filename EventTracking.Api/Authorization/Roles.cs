namespace EventTracking.Api.Authorization;

/// <summary>What a key may do. The names serve as policies, too.</summary>
internal static class Roles
{
    /// <summary>Reads.</summary>
    public const string Viewer = "viewer";

    /// <summary>Reads, and changes what happens to events.</summary>
    public const string Operator = "operator";

    public static bool IsKnown(string role) => role is Viewer or Operator;
}
