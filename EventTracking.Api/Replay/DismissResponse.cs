namespace EventTracking.Api.Replay;

/// <summary>An event that was put aside.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Status">Its status now.</param>
internal sealed record DismissResponse(string Id, string Status);
