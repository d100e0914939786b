// The smallest possible minimal API, as the baseline for the product's start.
var app = WebApplication.CreateSlimBuilder(args).Build();
app.MapGet("/", () => "ok");
app.Run();
