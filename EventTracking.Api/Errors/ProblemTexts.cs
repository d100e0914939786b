namespace EventTracking.Api.Errors;

/// <summary>Details that name a value of the occurrence. The OpenAPI examples are made of them, too.</summary>
internal static class ProblemTexts
{
    public static string EventInProgress(string status) => $"The event is '{status}': it is about to run or running. Look at it again when it has ended; if its process has died, another takes it over within minutes.";

    public static string StatusUnknown(string status) => $"The event has the status '{status}', which this version of the service does not know: a newer version wrote it, or its record is damaged. Ask an instance of the newer version. Nothing was changed.";

    public static string ForceNeeded(string status) => $"The event is '{status}'. Set 'force' to run it again anyway.";

    public static string FunctionUnknown(string function) =>
        $"The function '{function}' is not part of this service, and no route maps the event's topic to another function. Nothing was changed.";

    public static string ReplayState(string state, string what) => $"The job is '{state}' and cannot be {what}.";

    public static string NotDismissible(string status) => $"The event is '{status}'. Only events that have failed, are to be retried or wait can be dismissed.";

    public static string NothingFailed(string job) => $"No event that the job '{job}' has sent is failed now.";

    public static string NoEvents(IEnumerable<string> fingerprints, string? cause) => fingerprints.FirstOrDefault() is { } fingerprint
        ? $"No failure has the fingerprint '{fingerprint}' and fits the rest of the filter. GET /failures lists the fingerprints of all failures."
        : cause is not null ? $"No failure has the cause '{cause}' and fits the rest of the filter. GET /failures lists the causes of all failures."
        : "No event fits the filter. GET /events shows with the same filters what there is.";
}
