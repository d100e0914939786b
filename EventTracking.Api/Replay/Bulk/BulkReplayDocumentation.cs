using EventTracking.Api.Documentation;
using EventTracking.Api.Errors;

namespace EventTracking.Api.Replay.Bulk;

internal static class BulkReplayDocumentation
{
    extension(RouteHandlerBuilder route)
    {
        public void DocumentPlan() => route
            .WithName("planReplay")
            .WithSummary("Plans a bulk replay or dismissal")
            .WithDescription(
                "Finds the events of a filter, says of each what a replay would be good for, and stores this plan. Nothing is started. An event gets the verdict `go` if the job "
                + "would run it, `moot` if a later event of the same entity and function has succeeded, `superseded` if a newer notification in the plan covers it, `waiting`, `in-progress`, "
                + "`payload-expired`, `function-gone`, `futile` if its function says that a replay cannot help, or `unlikely` if it failed for good on the build that runs now: "
                + "it is run last. A dismissal gives `obligation` to events of which each must be dealt with by itself, and leaves them out unless the filter names their function or topic. Events that are to be retried need not wait for that. A plan has at least one and at most 100,000 events and is kept for 30 days.")
            .WithRequestExample<CreateReplayRequest>("one cause", """{ "filter": { "cause": "shopify" }, "reason": "Shopify is up again" }""")
            .WithRequestExample<CreateReplayRequest>("what failed in another job", """{ "failedOf": "1N2C8XKP3T0QG" }""")
            .WithRequestExample<CreateReplayRequest>("a dismissal", """{ "action": "dismiss", "filter": { "fingerprints": ["5f2a9c01"], "to": "2026-11-01T00:00:00Z" }, "reason": "test orders" }""")
            .WithRequestExample<CreateReplayRequest>("a dismissal of what is moot", """{ "action": "dismiss", "filter": { "cause": "shopify", "verdict": "moot" }, "reason": "later events have succeeded" }""")
            .WithResponseHeader(StatusCodes.Status201Created, "Location", "The path of the plan.")
            .WithExample<ReplayJobResponse>(StatusCodes.Status201Created, "planned", ReplayJobResponse.Example)
            .WithProblems(ProblemTypes.OfBody)
            .WithProblems(ProblemTypes.ReplayNotFound, ProblemTypes.NoEvents, ProblemTypes.TooManyEvents);

        public void DocumentList() => route
            .WithName("listReplays")
            .WithSummary("Lists bulk replays and dismissals")
            .WithDescription("Lists the plans and jobs of the last 30 days, the newest first.")
            .WithExample<ReplayPageResponse>(StatusCodes.Status200OK, "a page", $$"""{ "replays": [ {{ReplayJobResponse.Example}} ], "next": null }""");

        public void DocumentGet() => route
            .WithName("getReplay")
            .WithSummary("Shows a bulk replay or dismissal")
            .WithDescription("Returns how far the job is and how its events have ended. A job ends when all that it has sent has ended, however late the last retry is. `pollAfter` says when it is worth asking again.")
            .WithExample<ReplayJobResponse>(StatusCodes.Status200OK, "running", ReplayJobResponse.Example)
            .WithProblems(ProblemTypes.ReplayNotFound);

        public void DocumentListEvents() => route
            .WithName("listReplayEvents")
            .WithSummary("Lists the events of a bulk replay or dismissal")
            .WithDescription("Returns the events in the order in which they are sent, with verdict and outcome, as JSON, JSON lines or CSV. With the latter two, the `Link` header has the next page.")
            .WithExample<ReplayEventPageResponse>(StatusCodes.Status200OK, "a page", """
                {
                  "events": [
                    {
                      "id": "01M83YEMEGQ2V7N4X9B6C1D0EF", "verdict": "go", "because": null, "function": "stock-sync", "entity": "product:1008", "plannedStatus": "failed",
                      "plannedFingerprint": "5f2a9c01", "outcome": "succeeded", "fingerprint": null, "error": null
                    },
                    {
                      "id": "01M83YEMEGA1B2C3D4E5F6G7H8", "verdict": "moot", "because": "01M83YENDRJ9K8M7N6P5Q4R3S2", "function": "stock-sync", "entity": "product:1009", "plannedStatus": "failed",
                      "plannedFingerprint": "5f2a9c01", "outcome": null, "fingerprint": null, "error": null
                    }
                  ],
                  "next": "100"
                }
                """)
            .WithProblems(ProblemTypes.ReplayNotFound);

        public void DocumentStart() => route
            .WithName("startReplay")
            .WithSummary("Starts a plan")
            .WithDescription(
                "Runs exactly the events of the plan, except for those that a later success has made needless since, and says how many the filter has found since. One event goes first and must succeed; then 10, 100 and the rest. The job pauses "
                + "when too many events fail again for it to be a coincidence; an event that is to be retried has not failed yet. Events of an entity run in their order. A dismissal "
                + "has neither ramp nor rate.")
            .WithRequestExample<StartReplayRequest>("with the ramp", "{}")
            .WithRequestExample<StartReplayRequest>("at a fixed rate", """{ "ramp": false, "eventsPerSecond": 5 }""")
            .DocumentChange();

        public void DocumentPause() => route
            .WithName("pauseReplay")
            .WithSummary("Pauses a job")
            .WithDescription("Sends nothing more, at the latest after its present step of up to 100 events. What was sent runs to its end.")
            .DocumentAction();

        public void DocumentResume() => route
            .WithName("resumeReplay")
            .WithSummary("Resumes a paused job")
            .WithDescription("Goes on where the job stopped, again with one event first.")
            .WithRequestExample<ResumeReplayRequest>("with the ramp", "{}")
            .DocumentChange();

        public void DocumentCancel() => route
            .WithName("cancelReplay")
            .WithSummary("Cancels a plan or a job")
            .WithDescription("Sends nothing more, at the latest after its present step of up to 100 events. What was sent runs to its end.")
            .DocumentAction();

        public void DocumentRate() => route
            .WithName("setReplayRate")
            .WithSummary("Changes the rate of a job")
            .WithDescription("Sets how many events per second the job sends. With null, live traffic goes first and at most a quarter of the calls of other systems' accounts is used.")
            .WithRequestExample<ReplayRateRequest>("a fixed rate", """{ "eventsPerSecond": 5 }""")
            .DocumentChange();

        private void DocumentChange() => route.WithProblems(ProblemTypes.OfBody).WithProblems(ProblemTypes.DismissalHasNoRate).DocumentAction();

        private void DocumentAction() => route
            .WithExample<ReplayJobResponse>(StatusCodes.Status200OK, "the job", ReplayJobResponse.Example)
            .WithProblems(ProblemTypes.ReplayNotFound, ProblemTypes.ReplayState);
    }
}
