// The least that a minimal API can be: what the product's start is compared with.
var app = WebApplication.CreateSlimBuilder(args).Build();
app.MapGet("/", () => "ok");
app.Run();
