using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventTracking.Api.Replays;

/// <summary>The JSON of this feature.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(CreateReplayRequest))]
[JsonSerializable(typeof(StartReplayRequest))]
[JsonSerializable(typeof(ResumeReplayRequest))]
[JsonSerializable(typeof(ReplayRateRequest))]
[JsonSerializable(typeof(ReplayJobResponse))]
[JsonSerializable(typeof(ReplayPageResponse))]
[JsonSerializable(typeof(ReplayEventPageResponse))]
internal sealed partial class ReplaysJsonContext : JsonSerializerContext;
