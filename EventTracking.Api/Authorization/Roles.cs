namespace EventTracking.Api.Authorization;

/// <summary>What a key allows. The names are also the names of policies.</summary>
internal static class Roles
{
    /// <summary>Reads.</summary>
    public const string Viewer = "viewer";

    /// <summary>Reads, replays, dismisses and reconciles.</summary>
    public const string Operator = "operator";

    public static bool IsKnown(string role) => role is Viewer or Operator;
}
