using Microsoft.Playwright;

namespace EventTracking.Tests.Browser;

/// <summary>What a user does not see of a page: errors, blocked content, and calls to other machines, which it stops.</summary>
internal sealed class PageComplaints
{
    private readonly List<string> complaints = [];

    public static async Task<PageComplaints> ListenAsync(IBrowserContext window, IPage page, Uri service)
    {
        var complaints = new PageComplaints();
        await complaints.StartAsync(window, page, service);
        return complaints;
    }

    public void AssertNone()
    {
        lock (complaints)
        {
            Assert.Empty(complaints);
        }
    }

    /// <summary>The browser itself reports responses with these statuses; there must be nothing else.</summary>
    public void AssertNoneBut(params IReadOnlyCollection<int> statuses)
    {
        lock (complaints)
        {
            Assert.DoesNotContain(complaints, complaint => !statuses.Any(status =>
                (complaint.StartsWith("answer: ", StringComparison.Ordinal) && complaint.EndsWith($" {status}", StringComparison.Ordinal))
                || complaint.Contains($"Failed to load resource: the server responded with a status of {status}", StringComparison.Ordinal)));
        }
    }

    private async Task StartAsync(IBrowserContext window, IPage page, Uri service)
    {
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                Note($"console: {message.Text}");
            }
        };
        page.PageError += (_, error) => Note($"script: {error}");
        page.Dialog += async (_, dialog) =>
        {
            Note($"dialog: {dialog.Message}");
            await dialog.DismissAsync();
        };
        page.RequestFailed += (_, request) =>
        {
            // The page itself ends requests whose answers nobody needs any more.
            if (request.Failure != "net::ERR_ABORTED")
            {
                Note($"failed: {request.Url} {request.Failure}");
            }
        };
        page.Response += (_, response) =>
        {
            if (response.Status >= 400)
            {
                Note($"answer: {response.Url} {response.Status}");
            }
        };
        await window.AddInitScriptAsync("addEventListener('securitypolicyviolation', event => console.error(`blocked: ${event.violatedDirective} ${event.blockedURI}`))");
        await window.RouteAsync("**/*", async route =>
        {
            if (new Uri(route.Request.Url).Authority == service.Authority)
            {
                await route.ContinueAsync();
                return;
            }

            Note($"leaves the machine: {route.Request.Url}");
            await route.AbortAsync();
        });
    }

    private void Note(string complaint)
    {
        lock (complaints)
        {
            complaints.Add(complaint);
        }
    }
}
