namespace EventTracking.Api.Errors;

/// <summary>Details that name a value of the occurrence. The OpenAPI examples are made of them, too.</summary>
internal static class ProblemTexts
{
    public static string EventInProgress(string status) => $"The event is '{status}'. It will finish on its own, or be taken over when its lease expires.";

    public static string ForceNeeded(string status) => $"The event is '{status}'. Set 'force' to run it again anyway.";

    public static string FunctionUnknown(string function) =>
        $"The function '{function}' is not part of this service, and no route maps the event's topic to another function. Nothing was changed.";

    public static string ReplayState(string state, string what) => $"The job is '{state}' and cannot be {what}.";

    public static string NotDismissible(string status) => $"The event is '{status}'. Only failed and waiting events can be dismissed.";
}
